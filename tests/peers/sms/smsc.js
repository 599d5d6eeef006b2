// A mobile network's SMSC, over SMPP 3.4, on 127.0.0.1. Told by JSON lines on standard input:
//   {"deliver": {source_addr, destination_addr, data_coding, esm_class, udh, message}}   udh, message: hexadecimal
//   {"report": message id, "state": "DELIVRD"}                                        a delivery receipt
// and tells by JSON lines on standard output: {"listening"}, {"bound"}, {"delivered"}, {"submitted"}.
'use strict';
const readline = require('node:readline');
const smpp = require('smpp');

const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const submitted = new Map();
let session = null;

const server = smpp.createServer({}, (opened) => {
  opened.on('error', () => {});
  opened.on('bind_transceiver', (pdu) => {
    opened.send(pdu.response());
    session = opened;
    tell({ bound: true });
  });
  opened.on('enquire_link', (pdu) => opened.send(pdu.response()));
  opened.on('unbind', (pdu) => opened.send(pdu.response()));
  opened.on('submit_sm', (pdu) => {
    const id = `smsc-${submitted.size + 1}`;
    submitted.set(id, pdu);
    opened.send(pdu.response({ message_id: id }));
    const { message, udh } = pdu.short_message;
    tell({
      submitted: {
        id,
        to: pdu.destination_addr,
        from: pdu.source_addr,
        coding: pdu.data_coding,
        wants_report: (pdu.registered_delivery & 1) === 1,
        text: Buffer.isBuffer(message) ? message.toString('hex') : message,
        udh: udh ? Buffer.concat([].concat(udh).map((part) => Buffer.from(part))).toString('hex') : '',
      },
    });
  });
});

const deliver = (fields) => session.deliver_sm(fields, (answer) => tell({ delivered: answer.command_status }));

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.deliver) {
    const { udh, message, ...fields } = told.deliver;
    const short = { message: Buffer.from(message, 'hex') };
    if (udh) short.udh = Buffer.from(udh, 'hex');
    deliver({ ...fields, short_message: short });
  } else {
    const pdu = submitted.get(told.report);
    const ok = told.state === 'DELIVRD';
    const text =
      `id:${told.report} sub:001 dlvrd:00${ok ? 1 : 0} submit date:2611220500 done date:2611220501 ` +
      `stat:${told.state} err:000 text:`;
    deliver({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      short_message: { message: Buffer.from(text) },
      receipted_message_id: told.report,
      message_state: ok ? 2 : 5,
    });
  }
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => tell({ listening: true }));
