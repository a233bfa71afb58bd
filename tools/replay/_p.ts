import { openSales } from './src/sales/read-sales.ts';
import { openAccessLog } from './src/sales/read-access-log.ts';
const t=process.cpuUsage(); const w=Date.now();
const n={rows:0,invalidRows:0,sale:0,cancellation:0,adjustment:0,unsupported:0} as any; let ev=0, twice=0; const bad:any[]=[];
for await (const b of openSales('/work/shared/data/online_retail.csv.gz')) { n.rows+=b.rows;n.invalidRows+=b.invalidRows.length;bad.push(...b.invalidRows); for(const i of b.invoices){n[i.kind]++;ev+=i.payments.length+i.inventory.length; if(i.orderId.includes('#'))console.log(i.orderId)}}
const c=process.cpuUsage(t);
console.log(n,ev,bad,Date.now()-w,'ms wall',(c.user+c.system)/1000,'ms cpu', process.memoryUsage().rss/1e6);
let l=0; for await (const b of openAccessLog('/work/shared/data/apache_access.log.gz','2025-01-01T00:00:00.000Z')) l+=b.length; console.log(l);
