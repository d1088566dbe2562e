// Drives the official TypeScript client. Reads one JSON line a case: {"case": name, "address": ANTHROPIC_BASE_URL, …}, and prints one:
// {"case": name, "problem": text or null, "calls": what went over the wire, …what the case found}.
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';

// The client takes fetch as it finds it: this one looks on.
let calls = [];
const fetch = globalThis.fetch;
globalThis.fetch = async (url, init) => {
  const call = { at: performance.now(), host: new URL(url).host, credentials: [] };
  calls.push(call);
  const sent = new Headers(init?.headers);
  for (const name of ['authorization', 'x-api-key']) if (sent.has(name)) call.credentials.push(name);
  const response = await fetch(url, init);
  call.status = response.status;
  call.retryAfter = response.headers.get('retry-after');
  call.shouldRetry = response.headers.get('x-should-retry');
  return response;
};

const hello = { model: 'triage', max_tokens: 256, messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }];
const textOf = message => message.content.filter(b => b.type === 'text').map(b => b.text).join('');
const facts = message => ({ model: message.model, stop: message.stop_reason, text: textOf(message), usage: message.usage });

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return { kind: error.constructor.name, status: error.status ?? null, requestId: error.requestID ?? null, body: error.error ?? null };
  }
  return null;
}

const cases = {
  plain: async client => facts(await client.messages.create(hello)),

  async streaming(client) {
    const pieces = [];
    const stream = client.messages.stream(hello).on('text', piece => pieces.push(piece));
    return { ...facts(await stream.finalMessage()), pieces };
  },

  async tools(client) {
    // The input of the tool comes in pieces of JSON.
    const first = await client.messages.stream({ ...hello, tools }).finalMessage();
    const use = first.content.find(b => b.type === 'tool_use');
    const second = await client.messages.create({
      ...hello,
      tools,
      messages: [
        ...hello.messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'sunny' }] },
      ],
    });
    return { first: facts(first), tool: use.name, input: use.input, second: facts(second) };
  },

  async count_tokens(client) {
    const { input_tokens } = await client.messages.countTokens({ model: hello.model, messages: hello.messages });
    return { input_tokens };
  },

  async batches(client) {
    const request = (id, model) => ({ custom_id: id, params: { ...hello, model, max_tokens: 16 } });
    const created = await client.messages.batches.create({ requests: [request('one', 'claude-sonnet-5-5'), request('two', 'claude-none')] });
    const batch = await client.messages.batches.retrieve(created.id);
    const listed = [];
    for await (const each of client.messages.batches.list()) listed.push(each.id);
    const results = {};
    for await (const each of await client.messages.batches.results(created.id)) results[each.custom_id] = each.result.type;
    return { id: created.id, status: batch.processing_status, counts: batch.request_counts, listed, results };
  },

  async abort(client) {
    const controller = new AbortController();
    let deltas = 0;
    const error = await failure((async () => {
      for await (const event of await client.messages.create({ ...hello, stream: true }, { signal: controller.signal })) {
        if (event.type !== 'content_block_delta') continue;
        deltas++;
        controller.abort();
      }
    })());
    return { deltas, error };
  },

  async models(client) {
    const ids = [];
    for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
    const one = await client.models.retrieve(ids[0]);
    return { ids, one: one.id };
  },

  refused: async client => ({ error: await failure(client.messages.create(hello)) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let told;
  calls = [];
  try {
    process.env.ANTHROPIC_BASE_URL = asked.address;
    told = await cases[asked.case](new Anthropic({ timeout: 30_000, ...asked.options }));
  } catch (error) {
    told = { problem: `${error.stack ?? error}` };
  }
  console.log(JSON.stringify({ case: asked.case, problem: null, ...told, calls }));
}
