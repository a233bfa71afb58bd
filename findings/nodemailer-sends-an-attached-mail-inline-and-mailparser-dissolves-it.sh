#!/usr/bin/env bash
# nodemailer 10.6.1 and mailparser 3.14.2: a mail that is attached to a mail is gone when the other side parses it.
# Expected: nodemailer's documentation of attachments: contentDisposition "Defaults to 'attachment'"; and what was attached as
#           order.eml comes out of mailparser's `attachments` as order.eml.
# Seen:     for the type message/rfc822 (which the file name alone is enough for) the default is inline. mailparser does not list
#           an inline message: its text is put behind the text of the outer mail, and its own attachments are listed as the
#           outer mail's. A shop that forwards a customer's mail as a file makes the customer's words its own. With
#           `contentDisposition: 'attachment'` set by hand all is as expected.
# Needs: node 20 or newer with npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nodemailer@10.6.1 mailparser@3.14.2
cat >ask.mjs <<'NODE'
import { simpleParser } from 'mailparser';
import nodemailer from 'nodemailer';

const complaint = [
  'From: customer@example.org',
  'Subject: Broken mug',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=part',
  '',
  '--part',
  '',
  'I want my money back.',
  '--part',
  'Content-Type: text/csv',
  'Content-Disposition: attachment; filename=bill.csv',
  '',
  'mug,10',
  '--part--',
  '',
].join('\r\n');
const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
async function send(options) {
  const { message } = await transport.sendMail({
    from: 'shop@example.org',
    to: 'factory@example.org',
    text: 'See the attached mail.',
    attachments: [{ filename: 'order.eml', content: complaint, ...options }],
  });
  const parsed = await simpleParser(message);
  return {
    header: message.toString().match(/Content-Disposition: (.*)/)[1],
    attachments: parsed.attachments.map(({ filename }) => filename),
    text: parsed.text.split('\n').filter(Boolean),
  };
}
const byDefault = await send({});
const byHand = await send({ contentDisposition: 'attachment' });
console.log({ byDefault, byHand });
const dissolved = byDefault.attachments.join() === 'bill.csv' && byDefault.text.includes('I want my money back.');
const kept = byHand.attachments.join() === 'order.eml' && byHand.text.join() === 'See the attached mail.';
process.exitCode = byDefault.header.startsWith('inline') && dissolved && kept ? 0 : 1;
NODE
node ask.mjs
