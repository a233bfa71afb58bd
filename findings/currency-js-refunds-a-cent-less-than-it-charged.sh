#!/usr/bin/env bash
# currency.js 2.0.4: half a cent is rounded away from zero in a charge and towards zero in the refund of the same sum.
# Expected: the amount with a minus is rounded as the amount is, so that a sale and its return cancel out (all of dinero.js 2.0.2's
#           symmetric modes do so; currency.js' documentation does not say that sign matters).
# Seen:     2.675 is 2.68, and -2.675 is -2.67; of 1,000 prices at 7.5 % tax, each sold and returned, the books are left with
#           cents that nobody paid.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund currency.js@2.0.4 dinero.js@2.0.2
cat >ask.mjs <<'NODE'
import currency from 'currency.js';
import { dinero, halfAwayFromZero, halfEven, toSnapshot, transformScale, USD } from 'dinero.js';

console.log(`2.675: ${currency(2.675)}, -2.675: ${currency(-2.675)}`);
const left = { 'currency.js': 0, 'dinero.js halfAwayFromZero': 0, 'dinero.js halfEven': 0 };
for (let cents = 1; cents <= 1000; cents += 1) {
  const sale = currency(cents / 100).multiply(1.075);
  const refund = currency(-cents / 100).multiply(1.075);
  left['currency.js'] += sale.intValue + refund.intValue;
  for (const round of [halfAwayFromZero, halfEven]) {
    const rounded = (sign) => toSnapshot(transformScale(dinero({ amount: sign * cents * 1075, currency: USD, scale: 5 }), 2, round)).amount;
    left[`dinero.js ${round.name}`] += rounded(1) + rounded(-1);
  }
}
console.log('cents left after 1,000 sales and their refunds:', left);
const asSeen = String(currency(2.675)) === '2.68' && String(currency(-2.675)) === '-2.67' && left['currency.js'] > 0;
process.exitCode = asSeen && left['dinero.js halfAwayFromZero'] === 0 && left['dinero.js halfEven'] === 0 ? 0 : 1;
NODE
node ask.mjs
