#!/usr/bin/env bash
# gronx 1.20.4 (Go), the newest: after Friday's run the next one of a schedule for working days is said to be that of Friday again, if
# the clocks of Chile or Cuba go forward on the weekend between.
# Expected: NextTickAfter(expression, time, false) gives the next tick after the time and "excludes the ref time". robfig/cron 3.0.1
#           gives Monday.
# Seen:     the time that was given comes back, without an error; for times after it, until Sunday, the error is "tried so hard".
#           These clocks go forward at midnight, so that the Sunday begins at 1:00; the search steps to a midnight that is not
#           there, which is 23:00 of the Saturday, and stays on it. Who counts from the last run runs the job again at once.
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

	"github.com/adhocore/gronx"
	"github.com/robfig/cron/v3"
)

func main() {
	const expression = "0 22 * * 1-5"
	schedule, err := cron.ParseStandard(expression)
	if err != nil {
		panic(err)
	}
	for _, ran := range []struct{ zone, at string }{
		{"America/Santiago", "2026-08-28 22:00"},
		{"America/Santiago", "2026-09-04 22:00"},
		{"America/Santiago", "2026-09-05 12:00"},
		{"America/Havana", "2026-03-06 22:00"},
		{"America/New_York", "2026-03-06 22:00"},
	} {
		zone, _ := time.LoadLocation(ran.zone)
		at, _ := time.ParseInLocation("2006-01-02 15:04", ran.at, zone)
		next, err := gronx.NextTickAfter(expression, at, false)
		const form = "Mon 2 Jan 15:04"
		fmt.Printf("%s, after %s: gronx %s %v, ", ran.zone, at.Format(form), next.Format(form), err)
		fmt.Println("robfig/cron", schedule.Next(at).Format(form))
	}
}
GO
{ go mod init ask && go get github.com/adhocore/gronx@v1.20.4 github.com/robfig/cron/v3@v3.0.1; } >log 2>&1 || { cat log; exit 2; }
said=$(go run .)
echo "$said"
[ "$said" = 'America/Santiago, after Fri 28 Aug 22:00: gronx Mon 31 Aug 22:00 <nil>, robfig/cron Mon 31 Aug 22:00
America/Santiago, after Fri 4 Sep 22:00: gronx Fri 4 Sep 22:00 <nil>, robfig/cron Mon 7 Sep 22:00
America/Santiago, after Sat 5 Sep 12:00: gronx Sat 5 Sep 12:00 tried so hard, robfig/cron Mon 7 Sep 22:00
America/Havana, after Fri 6 Mar 22:00: gronx Fri 6 Mar 22:00 <nil>, robfig/cron Mon 9 Mar 22:00
America/New_York, after Fri 6 Mar 22:00: gronx Mon 9 Mar 22:00 <nil>, robfig/cron Mon 9 Mar 22:00' ]
