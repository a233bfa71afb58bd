#!/usr/bin/env bash
# @opentelemetry/instrumentation-kafkajs 0.33.0 on kafkajs 2.2.4 and Kafka 4.4.0: the offset of a message is a text in its span.
# Expected: `messaging.kafka.offset` is an int (OpenTelemetry's semantic conventions for Kafka), so that a backend can compare it;
#           aiokafka's instrumentation 0.66b1 for Python records one.
# Seen:     "10", a string. What asks for offsets above 9 finds nothing or, comparing texts, loses 10 to 99; spans of one topic
#           from two languages do not meet in one column.
# Needs (beyond the server's): python3 with pip, npm; Node 26 is installed by the script.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4 @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.1 \
  @opentelemetry/instrumentation-kafkajs@0.33.0 node@26.10.0 2>/dev/null
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check aiokafka==0.14.0 opentelemetry-instrumentation-aiokafka==0.66b1 opentelemetry-sdk==1.45.1
topic orders
seq 0 10 | kcat -P -b "$broker" -t orders
cat >ask.cjs <<'NODE'
const { trace } = require('@opentelemetry/api');
const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
new KafkaJsInstrumentation().enable();
const { Kafka } = require('kafkajs');
const consumer = new Kafka({ brokers: [process.argv[2]], logLevel: 0 }).consumer({ groupId: 'javascript' });
async function main() {
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  await new Promise((resolve) => consumer.run({ eachMessage: async ({ message }) => message.offset === '10' && resolve() }));
  await consumer.disconnect();
  console.log(JSON.stringify(exporter.getFinishedSpans().at(-1).attributes['messaging.kafka.offset']));
}
main();
NODE
cat >ask.py <<'PYTHON'
import asyncio, json, sys
from aiokafka import AIOKafkaConsumer
from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
AIOKafkaInstrumentor().instrument(tracer_provider=provider)


async def main():
    consumer = AIOKafkaConsumer("orders", bootstrap_servers=sys.argv[1], auto_offset_reset="earliest")
    await consumer.start()
    while (await consumer.getone()).offset < 10:
        pass
    await consumer.stop()
    offsets = [span.attributes.get("messaging.kafka.message.offset", span.attributes.get("messaging.kafka.offset")) for span in exporter.get_finished_spans()]
    print(json.dumps(offsets[-1]))


asyncio.run(main())
PYTHON
javascript=$(node_modules/.bin/node ask.cjs "$broker" 2>/dev/null)
python=$(python/bin/python ask.py "$broker")
echo "offset of the last message, JavaScript: $javascript, Python: $python"
[ "$javascript" = '"10"' ] && [ "$python" = 10 ]
