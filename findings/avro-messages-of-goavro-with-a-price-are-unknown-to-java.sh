#!/usr/bin/env bash
# goavro 2.15.0, hamba/avro 2.31.0 (Go) and avro 1.12.2 (Python): a schema with a decimal or a time has another fingerprint than Java
# gives it, so that Java does not know the schema of a message that Go wrote.
# Expected: the specification of Avro: the fingerprint is that of the Parsing Canonical Form, which keeps "type, name, fields, symbols,
#           items, values, size. Strip all others"; a message in single-object encoding names its schema by it alone. So
#           logicalType, precision and scale play no part, as with Java's avro 1.12.2 and fastavro 1.13.1.
# Seen:     four fingerprints of one schema: each of the three keeps something else of the logical type. Java refuses goavro's message
#           as one of an unknown schema, though it was given the very schema; the same schema without logical types is read.
# Needs: go 1.24 or newer, java 17 or newer, mvn, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check avro==1.12.2 fastavro==1.13.1
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>avro</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.avro</groupId><artifactId>avro</artifactId><version>1.12.2</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >log 2>&1 || { cat log; exit 2; }
price='{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}'
printf '{"type":"record","name":"Sale","fields":[{"name":"price","type":%s}]}' "$price" >logical.json
printf '{"type":"record","name":"Sale","fields":[{"name":"price","type":"bytes"}]}' >plain.json
cat >ask.go <<'GO'
package main

import (
	"fmt"
	"math/big"
	"os"

	hamba "github.com/hamba/avro/v2"
	"github.com/linkedin/goavro/v2"
)

func main() {
	text, _ := os.ReadFile(os.Args[1] + ".json")
	codec, err := goavro.NewCodec(string(text))
	if err != nil {
		panic(err)
	}
	var price any = []byte{0x07, 0xcf}
	if os.Args[1] == "logical" {
		price = big.NewRat(1999, 100)
	}
	message, err := codec.SingleFromNative(nil, map[string]any{"price": price})
	if err != nil {
		panic(err)
	}
	os.WriteFile("message", message, 0o600)
	print, _ := hamba.MustParse(string(text)).FingerprintUsing(hamba.CRC64Avro)
	fmt.Printf("goavro %016x\nhamba %016x\n", codec.Rabin, print)
}
GO
cat >Ask.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageDecoder;

public class Ask {
  public static void main(String[] arguments) throws Exception {
    var schema = new Schema.Parser().parse(Files.readString(Path.of(arguments[0] + ".json")));
    System.out.printf("java %016x%n", SchemaNormalization.parsingFingerprint64(schema));
    try {
      var decoder = new BinaryMessageDecoder<GenericData.Record>(new GenericData(), schema);
      System.out.println("java reads " + decoder.decode(Files.readAllBytes(Path.of("message"))).getSchema().getName());
    } catch (org.apache.avro.message.MissingSchemaException error) {
      System.out.println("java says " + error.getMessage());
    }
  }
}
JAVA
cat >ask.py <<'PYTHON'
import json
import sys
import avro.schema
import fastavro.schema

text = open(sys.argv[1] + ".json").read()
# The bytes of a fingerprint stand in the order of a message, the last first.
print("avro of python", avro.schema.parse(text).fingerprint("CRC-64-AVRO")[::-1].hex())
form = fastavro.schema.to_parsing_canonical_form(json.loads(text))
print("fastavro", bytes.fromhex(fastavro.schema.fingerprint(form, "CRC-64-AVRO"))[::-1].hex())
PYTHON
{ go mod init ask && go get github.com/linkedin/goavro/v2@v2.15.0 github.com/hamba/avro/v2@v2.31.0; } >log 2>&1 ||
  { cat log; exit 2; }
for schema in plain logical; do
  go run . "$schema" >"$schema.txt"
  java -cp 'jars/*' Ask.java "$schema" >>"$schema.txt" 2>log || { cat log; exit 2; }
  python/bin/python ask.py "$schema" >>"$schema.txt"
  echo "$schema:"
  cat "$schema.txt"
done
spec=f86db492e57ac3d9
[ "$(cat plain.txt)" = "goavro $spec
hamba $spec
java $spec
java reads Sale
avro of python $spec
fastavro $spec" ] && [ "$(cat logical.txt)" = "goavro c3567c2d217210a0
hamba 8325a1974385fdb9
java $spec
java says Cannot resolve schema for fingerprint: -4371169855039991648
avro of python 886f6784c2f33854
fastavro $spec" ]
