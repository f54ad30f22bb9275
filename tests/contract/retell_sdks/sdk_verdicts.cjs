// Answers lines of JSON with what Retell's npm SDK says. See compare.py for the protocol.
const readline = require('node:readline');
const path = require('node:path');

const modules = path.resolve(process.argv[2], 'node_modules');
const Retell = require(path.join(modules, 'retell-sdk')).default;
const { symmetric } = require(path.join(modules, 'retell-sdk/lib/webhook_auth.js'));

async function answer(question) {
  const body = Buffer.from(question.body_base64, 'base64').toString('utf8');
  switch (question.do) {
    case 'sign':
      return { header: await symmetric.sign(body, question.key, question.now_ms) };
    case 'sign_now':
      return { header: await Retell.sign(body, question.key) };
    case 'verify':
      return { accepts: await symmetric.verify(body, question.key, question.header, { timestamp: question.now_ms }) };
    case 'verify_now':
      return { accepts: await Retell.verify(body, question.key, question.header) };
    default:
      throw new Error(`unknown question ${question.do}`);
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let said;
    try {
      said = await answer(JSON.parse(line));
    } catch (error) {
      said = { accepts: false, error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
})();
