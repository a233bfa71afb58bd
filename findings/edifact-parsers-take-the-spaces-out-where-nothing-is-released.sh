#!/usr/bin/env bash
# pydifact 0.2.3 (Python) and edifact 1.2.12 (npm): in an interchange without a release character every space of every text is gone.
# Expected: the sixth character of UNA is the release character; a space there says that none is used (ISO 9735, the service string
#           advice), and spaces in the data are spaces. staedi 1.26.0 for Java reads "TWO RED SHOES".
# Seen:     both take the space for the release character: TWOREDSHOES, without an error, and so names, streets and descriptions of
#           articles. pydifact writes the interchange back like that. With ? as the release character all three read the same.
# Needs: python3 with pip, node 20 or newer with npm, java 17 or newer, mvn.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check pydifact==0.2.3
npm init -y >/dev/null
npm install --silent --no-audit --no-fund edifact@1.2.12
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>edifact</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.xlate</groupId><artifactId>staedi</artifactId><version>1.26.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >log 2>&1 || { cat log; exit 2; }
body="UNB+UNOA:1+SHOP:1+MILL:1+261130:1200+1'UNH+1+ORDERS:D:96A:UN'FTX+AAI+++TWO RED SHOES'UNT+3+1'UNZ+1+1'"
printf '%s' "UNA:+.? '$body" >released
printf '%s' "UNA:+.  '$body" >none
cat >ask.py <<'PYTHON'
import sys
import warnings
from pydifact.segmentcollection import Interchange

warnings.simplefilter("ignore")
interchange = Interchange.from_str(open(sys.argv[1]).read())
text = [segment for message in interchange.get_messages() for segment in message.segments if segment.tag == "FTX"][0].elements[3]
print(f"pydifact: {text}, written back: {interchange.serialize().split('FTX+AAI+++')[1][:13]}")
PYTHON
cat >ask.mjs <<'NODE'
import edifact from 'edifact';
import { readFileSync } from 'node:fs';

const segments = new edifact.Reader({ autoDetectEncoding: true }).parse(readFileSync(process.argv[2], 'utf8'));
console.log('edifact:', segments.find(({ name }) => name === 'FTX').elements[3][0]);
NODE
cat >Ask.java <<'JAVA'
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIStreamEvent;
import java.io.FileInputStream;

public class Ask {
  public static void main(String[] arguments) throws Exception {
    var reader = EDIInputFactory.newFactory().createEDIStreamReader(new FileInputStream(arguments[0]));
    while (reader.hasNext()) {
      if (reader.next() == EDIStreamEvent.ELEMENT_DATA && reader.getText().startsWith("TWO")) System.out.println("staedi: " + reader.getText());
    }
  }
}
JAVA
for name in released none; do
  echo "release character: $name"
  python/bin/python -W ignore ask.py "$name"
  node ask.mjs "$name"
  java -cp 'jars/*' Ask.java "$name"
done | tee said
cat >seen <<'SEEN'
release character: released
pydifact: TWO RED SHOES, written back: TWO RED SHOES
edifact: TWO RED SHOES
staedi: TWO RED SHOES
release character: none
pydifact: TWOREDSHOES, written back: TWOREDSHOES'U
edifact: TWOREDSHOES
staedi: TWO RED SHOES
SEEN
cmp said seen
