#!/usr/bin/env bash
# govalues/money 0.2.4 (Go), the newest: 1,990 krónur in minor units, as payment services send them, become 19.90.
# Expected: its documentation: a currency's scale is that of ISO 4217, "the number of digits after the decimal point needed to
#           represent minor units". The list of ISO 4217 has none for the Icelandic króna (ISK). bojanz/currency 1.5.1 and go-money
#           1.0.15 say 0 digits, and so does govalues of the yen.
# Seen:     a hundredth of the price; the other way, 1,990 krónur are sent as 199,000, and a third of them is 663.33, which nobody
#           can pay: the last aurar were withdrawn in 2003.
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

	rhymond "github.com/Rhymond/go-money"
	"github.com/bojanz/currency"
	"github.com/govalues/money"
)

func main() {
	for _, code := range []string{"JPY", "ISK"} {
		received, err := money.NewAmountFromMinorUnits(code, 1990)
		if err != nil {
			panic(err)
		}
		price := money.MustParseAmount(code, "1990")
		sent, _ := price.MinorUnits()
		parts, _ := price.Split(3)
		digits, _ := currency.GetDigits(code)
		fmt.Println("received", received, "sent", sent, "split", parts)
		fmt.Println("digits by bojanz/currency and go-money:", digits, rhymond.GetCurrency(code).Fraction)
	}
}
GO
go mod init ask >log 2>&1
go get github.com/govalues/money@v0.2.4 github.com/bojanz/currency@v1.5.1 github.com/Rhymond/go-money@v1.0.15 >log 2>&1 ||
  { cat log; exit 2; }
said=$(go run .)
echo "$said"
[ "$said" = 'received JPY 1990 sent 1990 split [JPY 664 JPY 663 JPY 663]
digits by bojanz/currency and go-money: 0 0
received ISK 19.90 sent 199000 split [ISK 663.34 ISK 663.33 ISK 663.33]
digits by bojanz/currency and go-money: 0 0' ]
