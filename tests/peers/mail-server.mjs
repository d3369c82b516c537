// A mail server that somebody else wrote. The recipient's name says what becomes of a message:
//   code-550-5.1.1@…  that reply to RCPT;  data-451-4.7.1@…  that reply to the whole message;
//   drop-rcpt@…  hangs up at RCPT;  drop-data@…  takes the message and hangs up;  slow@…  takes it and says nothing.
// Says on standard output, a line of JSON each: { port }, then { from, to, raw } of every message it has whole,
// and { heard } of what comes on standard input, so that who asks knows that all before has been said. Ends with its standard input.
import { SMTPServer } from 'smtp-server';

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const refusal = (code, status) => Object.assign(new Error(`${status} as told`), { responseCode: Number(code) });
const scripted = (address, stage) => address.match(new RegExp(`^${stage}-(\\d{3})-([0-9.]+)@`));
const hangUp = (session) => [...server.connections].find((connection) => connection.id === session.id)?._socket.destroy();

const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH'],
    disableReverseLookup: true,
    onRcptTo({ address }, session, done) {
        if (address.startsWith('drop-rcpt@')) return hangUp(session);
        const told = scripted(address, 'code');
        done(told ? refusal(told[1], told[2]) : undefined);
    },
    onData(stream, session, done) {
        const chunks = [];
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('end', () => {
            const to = session.envelope.rcptTo.map((recipient) => recipient.address);
            const told = scripted(to[0], 'data');
            if (told) return done(refusal(told[1], told[2]));
            say({ from: session.envelope.mailFrom.address, to, raw: Buffer.concat(chunks).toString('latin1') });
            if (to[0].startsWith('drop-data@')) return hangUp(session);
            if (!to[0].startsWith('slow@')) done(null, 'OK queued as PEER1');
        });
    },
});
server.on('error', () => { }); // clients that hang up
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }));
process.stdin.on('data', (asked) => say({ heard: String(asked).trim() })).on('end', () => process.exit());
