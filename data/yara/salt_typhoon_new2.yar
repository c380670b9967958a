// Row P-54 of AA25-239A: the rule for the client "new2", recalled and not
// compared with a published copy.  A match says so.
rule salt_typhoon_new2
{
	meta:
		id = "salt-typhoon-new2"
		kind = "compromise"
		title = "A program has the strings of the intruders' client new2"
		why = "A packed Python program that runs commands on devices over SSH, sniffs traffic and packs results with tar and openssl des3. This rule was recalled, not read: compare with the advisory before relying on it."
		verify = "sha256sum FILE; compare with the hashes of the advisory and keep a copy"
		severity = "high"
		confidence = "medium"
		advisory = "AA25-239A:P-54 AA25-239A:P-31 AA25-239A:P-51 AA25-239A:H-39"
		technique = "T1040 T1560 T1059.006"
		confirmed = "recalled"
		source = "AA25-239A, second YARA rule, recalled, no stored copy"
	strings:
		$module = { 00 70 70 63 61 70 79 }
		$code_1 = "invoke_shell"
		$code_2 = "execute_commands"
		$code_3 = "cmd_file"
		$code_4 = "stop_event"
		$code_5 = "decrypt_message"
		$name_1 = "COMMANDS_FILE"
		$name_2 = "RUN_TIME"
		$name_3 = "LOG_FILE"
		$name_4 = "ENCRYPTION_PASSWORD"
		$name_5 = "FIREWALL_ADDRESS"
		$text_1 = "commands.log"
		$text_2 = "Executed command: {}"
		$text_3 = "Connecting to: {}"
		$text_4 = "Network sniffer script."
		$text_5 = "tar -czvf - {0} | openssl des3 -salt -k password -out {0}.tar.gz"
	condition:
		$module and 4 of ($code_*) and 4 of ($name_*) and 4 of ($text_*)
}
