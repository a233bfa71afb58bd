#!/usr/bin/env bash
# kafka-go 0.4.51 (Go): a record with an empty value is read as one without a value, and written on it deletes its key.
# Expected: a record whose value is null is the mark of a deletion in a compacted topic; a value of no bytes is a value (Kafka's
#           protocol: a length of -1 and a length of 0). Message.Value is a []byte, where Go tells nil from []byte{}, and the writer
#           of kafka-go does tell them apart. So a record that is read and written to another topic is the same there.
# Seen:     the reader gives nil for both. Copied to a compacted topic the customer with an empty note is gone after compaction, as
#           if somebody had deleted it. An empty key becomes null in the same way, and an empty header. Sarama 1.61.1 keeps all apart.
# Needs (beyond the server's): go 1.24 or newer.
source "$(dirname "$0")/servers/kafka-4.4.0.bash"
cd "$folder"
export GOPATH=$folder/go GOFLAGS=-modcacherw
topic notes cleanup.policy=compact
topic copy-by-kafka-go cleanup.policy=compact
topic copy-by-sarama cleanup.policy=compact
topic written cleanup.policy=compact
cat >ask.go <<'GO'
package main

import (
	"context"
	"os"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	broker, background := os.Args[1], context.Background()
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{broker}, Topic: "notes"})
	writer := kafka.Writer{Addr: kafka.TCP(broker), BatchSize: 1}
	check(writer.WriteMessages(background, kafka.Message{Topic: "written", Key: []byte("empty"), Value: []byte{}},
		kafka.Message{Topic: "written", Key: []byte("none"), Value: nil}))
	for range 3 {
		message, err := reader.ReadMessage(background)
		check(err)
		check(writer.WriteMessages(background, kafka.Message{Topic: "copy-by-kafka-go", Key: message.Key, Value: message.Value}))
	}
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	consumer, err := sarama.NewConsumer([]string{broker}, config)
	check(err)
	notes, err := consumer.ConsumePartition("notes", 0, sarama.OffsetOldest)
	check(err)
	producer, err := sarama.NewSyncProducer([]string{broker}, config)
	check(err)
	for range 3 {
		message := <-notes.Messages()
		copy := &sarama.ProducerMessage{Topic: "copy-by-sarama", Key: sarama.ByteEncoder(message.Key)}
		if message.Value != nil {
			copy.Value = sarama.ByteEncoder(message.Value)
		}
		_, _, err := producer.SendMessage(copy)
		check(err)
	}
}
GO
{ go mod init ask && go get github.com/segmentio/kafka-go@v0.4.51 github.com/IBM/sarama@v1.61.1; } >log 2>&1 || { cat log; exit 2; }
# kcat writes an empty value where nothing follows the key, and null for it with -Z.
echo 'ann=bring it to the back door' | kcat -P -b "$broker" -t notes -K=
echo 'bob=' | kcat -P -b "$broker" -t notes -K=
echo 'cid=' | kcat -P -b "$broker" -t notes -K= -Z
go run ask.go "$broker"
# %S is the length of the value, -1 where it is null.
read_back() { kcat -C -b "$broker" -t "$1" -o beginning -e -q -f '%k %S, '; }
for name in notes written copy-by-sarama copy-by-kafka-go; do echo "$name: $(read_back "$name")"; done
[ "$(read_back notes)" = 'ann 25, bob 0, cid -1, ' ] && [ "$(read_back written)" = 'empty 0, none -1, ' ] &&
  [ "$(read_back copy-by-sarama)" = 'ann 25, bob 0, cid -1, ' ] && [ "$(read_back copy-by-kafka-go)" = 'ann 25, bob -1, cid -1, ' ]
