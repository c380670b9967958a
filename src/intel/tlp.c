#include "intel/tlp.h"

static const struct {
	const char *word, *marking;
} known[] = {
    {"clear", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    {"white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    {"green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    {"amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    {"red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
    {"amber+strict",
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
};
#define COUNT (sizeof(known) / sizeof(known[0]))

const char *
tlp_marking(struct span word)
{
	for (size_t i = 0; i < COUNT; i++)
		if (span_is_nocase(word, known[i].word))
			return known[i].marking;
	return NULL;
}

struct span
tlp_word(struct span marking)
{
	for (size_t i = 0; i < COUNT; i++)
		if (span_is(marking, known[i].marking))
			return span_str(known[i].word);
	return (struct span){0};
}
