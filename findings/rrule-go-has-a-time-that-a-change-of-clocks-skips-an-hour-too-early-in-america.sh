#!/usr/bin/env bash
# rrule-go 1.8.2 (Go), the newest: what is due every day at 2:30 comes an hour early in America, and an hour late in Europe, on the
# day when clocks jump over 2:30.
# Expected: rrule-go works through "recurrence rules … as defined in the iCalendar RFC". RFC 5545, 3.3.10 and 3.3.5: a time that
#           does not occur is taken with the offset before the gap, so 2:30 is 3:30 of summer time, everywhere.
# Seen:     03:30 in Berlin, but 01:30 in New York and Chicago: what rrule-go gives is whichever hour Go's time.Date chooses, of which
#           Go says only that it does not guarantee which. What is due at 2:30 begins before 2:00, ahead of the daily job it waits for.
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
	"time"
	_ "time/tzdata"

	"github.com/teambition/rrule-go"
)

func main() {
	for _, day := range []struct{ zone, before string }{
		{"Europe/Berlin", "2026-03-28"},
		{"America/New_York", "2026-03-07"},
		{"America/Chicago", "2026-03-07"},
	} {
		zone, _ := time.LoadLocation(day.zone)
		start, _ := time.ParseInLocation("2006-01-02 15:04", day.before+" 02:30", zone)
		rule, err := rrule.NewRRule(rrule.ROption{Freq: rrule.DAILY, Count: 3, Dtstart: start})
		if err != nil {
			panic(err)
		}
		fmt.Print(day.zone)
		for _, due := range rule.All() {
			fmt.Print(due.Format(" 2T15:04-07"))
		}
		fmt.Println()
	}
}
GO
{ go mod init ask && go get github.com/teambition/rrule-go@v1.8.2; } >log 2>&1 || { cat log; exit 2; }
said=$(go run .)
echo "$said"
[ "$said" = 'Europe/Berlin 28T02:30+01 29T03:30+02 30T02:30+02
America/New_York 7T02:30-05 8T01:30-05 9T02:30-04
America/Chicago 7T02:30-06 8T01:30-06 9T02:30-05' ]
