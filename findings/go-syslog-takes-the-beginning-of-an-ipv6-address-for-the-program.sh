#!/usr/bin/env bash
# go-syslog 4.6.0 (Go): of a syslog line of a host that is known by its IPv6 address it says that the program 2001 wrote it, and no host.
# Expected: RFC 3164, 4.1.2: the field HOSTNAME has "only the hostname, the IPv4 address, or the IPv6 address of the originator", and
#           the program's name follows. So it is for a host's name and for an IPv4 address. The package reads RFC 5424's lines with an
#           IPv6 address as they are.
# Seen:     the parser of RFC 3164 stops at the first colon: the application is the first group of the address, the host is empty and
#           the message begins with the rest of the head. No error: every host of one provider counts as one program.
# Needs: go 1.24 or newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
cat >ask.go <<'GO'
package main

import (
	"fmt"

	"github.com/leodido/go-syslog/v4/rfc3164"
	"github.com/leodido/go-syslog/v4/rfc5424"
)

func text(value *string) string {
	if value == nil {
		return "none"
	}
	return *value
}

func main() {
	for _, host := range []string{"till", "192.0.2.1", "2001:db8::1"} {
		line := "<34>Nov 30 22:14:15 " + host + " sshd[12]: hello"
		read, err := rfc3164.NewParser().Parse([]byte(line))
		if err != nil {
			fmt.Println("rfc3164", host, "refused:", err)
			continue
		}
		message := read.(*rfc3164.SyslogMessage)
		fmt.Printf("rfc3164 %s: host %s, program %s, message %s\n", host, text(message.Hostname), text(message.Appname), text(message.Message))
	}
	read, err := rfc5424.NewParser().Parse([]byte("<34>1 2026-11-30T22:14:15Z 2001:db8::1 sshd 12 - - hello"))
	if err != nil {
		panic(err)
	}
	message := read.(*rfc5424.SyslogMessage)
	fmt.Printf("rfc5424 2001:db8::1: host %s, program %s, message %s\n", text(message.Hostname), text(message.Appname), text(message.Message))
}
GO
{ go mod init ask && go get github.com/leodido/go-syslog/v4@v4.6.0; } >log 2>&1 || { cat log; exit 2; }
go run ask.go | tee said
cat >seen <<'SEEN'
rfc3164 till: host till, program sshd, message hello
rfc3164 192.0.2.1: host 192.0.2.1, program sshd, message hello
rfc3164 2001:db8::1: host none, program 2001, message 2001:db8::1 sshd[12]: hello
rfc5424 2001:db8::1: host 2001:db8::1, program sshd, message hello
SEEN
cmp said seen
