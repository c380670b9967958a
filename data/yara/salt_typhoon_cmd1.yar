// Row P-53 of AA25-239A: the published rule for the file-transfer client
// "cmd1".  Its seven strings and its condition are facts of the advisory; the
// text here is our own.
rule salt_typhoon_cmd1
{
	meta:
		id = "salt-typhoon-cmd1"
		kind = "compromise"
		title = "A program has the strings of the intruders' client cmd1"
		why = "A Go program that logs in to Cisco devices over SSH, runs a packet capture named CAP, has it exported by FTP and fetches files by SFTP. The rule is the one that the agencies published for hunting."
		verify = "sha256sum FILE; compare with the hashes of the advisory and keep a copy"
		severity = "critical"
		confidence = "high"
		advisory = "AA25-239A:P-53 AA25-239A:P-31 AA25-239A:P-36 AA25-239A:P-49 AA25-239A:H-39"
		technique = "T1040 T1048.003 T1560"
		confirmed = "official"
		source = "AA25-239A, YARA rule of 26 August 2025"
	strings:
		$capture = "monitor capture CAP"
		$export = "export ftp://%s:%s@%s%s"
		$go_export = "main.CapExport"
		$go_download = "main.SftpDownload"
		$go_shell = ".(*SSHClient).CommandShell"
		$go_aes = "aes.decryptBlockGo"
		$go_path = "C:/work/sync_v1/cmd/cmd1/main.go"
	condition:
		(
			uint32be(0) == 0x7F454C46 or
			(uint16be(0) == 0x4D5A and
			    uint32be(uint32(0x3C)) == 0x50450000) or
			uint32(0) == 0xCAFEBABE or uint32(0) == 0xFEEDFACE or
			uint32(0) == 0xFEEDFACF or uint32(0) == 0xBEBAFECA or
			uint32(0) == 0xCEFAEDFE or uint32(0) == 0xCFFAEDFE
		) and 5 of them
}
