// Public tools that AA25-239A names, recognised by what stands in them
// whatever the file is called.

rule tool_tclproxy
{
	meta:
		id = "tool-tclproxy"
		kind = "compromise"
		title = "The Tcl proxy script TCLproxy"
		why = "A script for routers with tclsh that forwards ports and offers a SOCKS proxy, also between routing tables. The advisory names it among the intruders' tools."
		verify = "Find out which device it was taken from; dir all-filesystems on its neighbours"
		severity = "critical"
		confidence = "high"
		advisory = "AA25-239A:P-25 AA25-239A:H-44 AA25-239A:H-13 AA25-239A:T-06 AA25-239A:T-37"
		technique = "T1059.008 T1090"
		confirmed = "reported"
		source = "AA25-239A P-25; strings from the public tool"
	strings:
		$banner = "TCLproxy v0."
		$f1 = "forward_port_handler"
		$f2 = "dynamic_forward_port"
		$f3 = "read_chan_from_a_to_b"
		$o1 = "--disable-eof-check"
		$o2 = "--low-ports"
		$o3 = "-myvrf"
	condition:
		filesize < 256KB and
		(($banner and 1 of ($f*, $o*)) or (2 of ($f*) and 1 of ($o*)))
}

rule tool_tclmap
{
	meta:
		id = "tool-tclmap"
		kind = "compromise"
		title = "The Tcl port scanner TCLmap (map.tcl)"
		why = "A script for routers with tclsh that scans ports from the inside. The advisory names it as map.tcl."
		verify = "Find out which device it was taken from; dir all-filesystems on its neighbours"
		severity = "high"
		confidence = "medium"
		advisory = "AA25-239A:P-26 AA25-239A:H-44 AA25-239A:H-13 AA25-239A:T-01 AA25-239A:T-06"
		technique = "T1059.008 T1595"
		confirmed = "reported"
		source = "AA25-239A P-26; name from the public tool"
	strings:
		$banner = "TCLmap"
		$tcl_1 = "fconfigure"
		$tcl_2 = "proc "
		$tcl_3 = "socket"
	condition:
		filesize < 256KB and $banner and all of ($tcl_*)
}

rule tool_siet
{
	meta:
		id = "tool-siet"
		kind = "compromise"
		title = "The Smart Install attack tool SIET (siet.py)"
		why = "A script that reads and replaces switch configurations through Smart Install (CVE-2018-0171). The intruders ran it from a guest shell. On an auditor's machine it is a tool of the trade."
		verify = "Find out which device it was taken from; look for TCP 4786 from there"
		severity = "critical"
		confidence = "high"
		advisory = "AA25-239A:P-27 AA25-239A:P-24 AA25-239A:V-03 AA25-239A:V-03c AA25-239A:H-13 AA25-239A:T-05 AA25-239A:T-06"
		technique = "T1588.005 T1059.006"
		confirmed = "reported"
		source = "AA25-239A P-27; strings from the public tool"
	strings:
		$banner = "SMART INSTALL EXPLOITATION TOOL" nocase
		$f1 = "getFileForTftp"
		$f2 = "connWithClient"
		$f3 = "changeTftp"
		$f4 = "testDevice"
		$m1 = "change_config"
		$m2 = "get_config"
		$port = "4786"
	condition:
		filesize < 256KB and
		(($banner and $port and 1 of ($f*, $m*)) or
		    (3 of ($f*) and $port) or (2 of ($f*) and all of ($m*) and $port))
}

rule tool_stowaway
{
	meta:
		id = "tool-stowaway"
		kind = "compromise"
		title = "A node of the multi-hop proxy Stowaway"
		why = "A program that chains hosts into a tunnel with shells, file transfer and port mapping. The advisory names it; a network device has no use for it."
		verify = "Find out which host it was taken from; look for long connections with equal traffic both ways"
		severity = "critical"
		confidence = "high"
		advisory = "AA25-239A:P-29 AA25-239A:H-13 AA25-239A:T-06 AA25-239A:T-38"
		technique = "T1090.003"
		confirmed = "reported"
		source = "AA25-239A P-29; package names from the public tool"
	strings:
		$p1 = "Stowaway/agent/"
		$p2 = "Stowaway/admin/"
		$p3 = "Stowaway/protocol"
		$p4 = "Stowaway/share"
		$p5 = "Stowaway/global"
		$p6 = "Stowaway/crypto"
		$p7 = "Stowaway/utils"
	condition:
		(uint32be(0) == 0x7F454C46 or uint16be(0) == 0x4D5A or
		    uint32(0) == 0xFEEDFACF or uint32(0) == 0xFEEDFACE) and
		3 of them
}

rule tool_jumbledpath
{
	meta:
		id = "tool-jumbledpath"
		kind = "compromise"
		title = "A program that calls itself JumbledPath"
		why = "Cisco Talos described a Go program of the same actor that captures packets on a remote device through jump hosts; the advisory does not. The name alone is thin evidence."
		verify = "sha256sum FILE; keep a copy for analysis"
		severity = "high"
		confidence = "medium"
		advisory = "AA25-239A:P-30 AA25-239A:H-13 AA25-239A:T-24"
		technique = "T1040"
		confirmed = "reported"
		source = "Public reports on the same actor; not in the advisory text"
	strings:
		$name = "jumbledpath" nocase
	condition:
		uint32be(0) == 0x7F454C46 and $name
}
