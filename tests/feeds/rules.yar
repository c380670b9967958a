rule harbour_demo
{
	strings:
		$a = "tidemark demo only, nothing holds this"
	condition:
		$a
}
