#!/usr/bin/env bash
# python-barcode 0.16.1, the newest: the barcode of an ISBN of ten digits, or of an ISSN, lacks digits and cannot be read.
# Expected: its documentation: both are "rendered as EAN-13", an ISBN-10 by a 978 in front, an ISSN by a 977 in front and 00 behind;
#           for ISBN 0132354187 get_fullcode() gives 9780132354189.
# Seen:     9780132352 and 97703174, which are drawn as they are: bars too few for any symbol. zxing-cpp 3.1.1 finds no barcode in the
#           picture, whereas it reads the same book as ISBN-13. No error, and the file looks like a barcode.
# Needs: python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check 'python-barcode[images]==0.16.1' zxing-cpp==3.1.1
cat >ask.py <<'PYTHON'
import io
import sys
import barcode
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image

seen = []
for name, number in (("isbn13", "9780132354189"), ("isbn10", "0132354187"), ("issn", "03178471")):
    code = barcode.get(name, number, writer=ImageWriter())
    picture = io.BytesIO()
    code.write(picture)
    read = [found.text for found in zxingcpp.read_barcodes(Image.open(picture))]
    print(name, number, "full code", code.get_fullcode(), "modules", len(code.build()[0]), "read", read)
    seen.append((code.get_fullcode(), read))
sys.exit(0 if seen == [("9780132354189", ["9780132354189"]), ("9780132352", []), ("97703174", [])] else 1)
PYTHON
python/bin/python ask.py
