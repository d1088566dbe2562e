// Evaluates flags with OpenFeature's own SDK and OFREP provider. Reads {"address": base URL, "asked": [{"key", "type", "default", "context"}]}
// and prints what the SDK tells of each: an array of its evaluation details.
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { text } from 'node:stream/consumers';

const { address, asked } = JSON.parse(await text(process.stdin));
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: address }));
const client = OpenFeature.getClient();
const told = [];
for (const { key, type, default: otherwise, context } of asked) {
  const evaluate = type === 'boolean' ? client.getBooleanDetails : client.getStringDetails;
  told.push(await evaluate.call(client, key, otherwise, context ?? {}));
}
await OpenFeature.close();
console.log(JSON.stringify(told));
