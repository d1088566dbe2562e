// Drives the official JavaScript client against the cluster of KUBECONFIG, in the namespace of the first argument.
// Prints one JSON line a case: {"case": name, "problem": text or null}.
import assert from 'node:assert/strict';
import * as k8s from '@kubernetes/client-node';

const namespace = process.argv[2];
const group = 'example.com', version = 'v1', plural = 'widgets';
const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;
const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
const widgets = config.makeApiClient(k8s.CustomObjectsApi);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const core = config.makeApiClient(k8s.CoreV1Api);

const widget = (name, spec = { size: 'small' }, labels = {}) =>
  ({ apiVersion: `${group}/${version}`, kind: 'Widget', metadata: { name, namespace, labels }, spec });
const create = (name, spec, labels) => widgets.createNamespacedCustomObject({ group, version, namespace, plural, body: widget(name, spec, labels) });
const get = name => widgets.getNamespacedCustomObject({ group, version, namespace, plural, name });
const remove = name => widgets.deleteNamespacedCustomObject({ group, version, namespace, plural, name });
const merge = (name, body) => widgets.patchNamespacedCustomObject(
  { group, version, namespace, plural, name, body }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch));
const list = labelSelector => widgets.listNamespacedCustomObject({ group, version, namespace, plural, labelSelector });

// An open promise does not keep the process alive, and nothing may wait for ever.
function within(seconds, what, promise) {
  let timer;
  const limit = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not within ${seconds} s: ${what}`)), seconds * 1000); });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

const cases = {
  async list() {
    await create('l1', { size: 'small' }, { case: 'list' });
    await create('l2', { size: 'large' }, { case: 'list' });
    await create('l3', { size: 'large' }, { case: 'other' });
    const found = await list('case=list');
    assert.deepEqual(found.items.map(i => i.metadata.name), ['l1', 'l2']);
    assert.equal(found.kind, 'WidgetList');
    const spaces = await core.listNamespace();
    assert.ok(spaces.items.some(n => n.metadata.name === namespace));
    await assert.rejects(get('nope'), e => e.code === 404);
  },

  async patch() {
    await create('p');
    assert.equal((await merge('p', { spec: { replicas: 4 } })).spec.replicas, 4);
    const json = await widgets.patchNamespacedCustomObject(
      { group, version, namespace, plural, name: 'p', body: [{ op: 'replace', path: '/spec/replicas', value: 5 }] },
      k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.JsonPatch));
    assert.equal(json.spec.replicas, 5);
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' }, data: { a: '1', b: '2' } } });
    const strategic = await core.patchNamespacedConfigMap(
      { namespace, name: 'c', body: { data: { a: null, c: '3' } } },
      k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch));
    assert.deepEqual(strategic.data, { b: '2', c: '3' });
    await assert.rejects(merge('p', { spec: { size: 'huge' } }), e => e.code === 422);
  },

  async apply() {
    const apply = (spec, manager, force = false) => objects.patch(
      { apiVersion: `${group}/${version}`, kind: 'Widget', metadata: { name: 'a', namespace }, spec },
      undefined, undefined, manager, force, k8s.PatchStrategy.ServerSideApply);
    const first = await apply({ size: 'small', parts: [{ name: 'x' }] }, 'one');
    assert.equal(first.metadata.generation, 1);
    const second = await apply({ size: 'small', parts: [{ name: 'y' }] }, 'two');
    assert.deepEqual(second.spec.parts.map(p => p.name), ['x', 'y']);
    await assert.rejects(apply({ size: 'large' }, 'two'), e => e.code === 409);
    const forced = await apply({ size: 'large' }, 'two', true);
    assert.equal(forced.spec.size, 'large');
    assert.deepEqual(forced.spec.parts.map(p => p.name), ['x']);
  },

  async watch() {
    const start = (await list()).metadata.resourceVersion;
    const seen = [];
    let stop;
    await within(30, `three events, got ${seen}`, new Promise((resolve, reject) => {
      new k8s.Watch(config).watch(path, { resourceVersion: start, labelSelector: 'case=watch' }, (type, object) => {
        seen.push(`${type} ${object.metadata.name} ${object.spec.replicas}`);
        if (seen.length === 3) resolve();
      }, error => reject(error ?? new Error('the watch ended'))).then(async controller => {
        stop = () => controller.abort();
        await create('w', { size: 'small' }, { case: 'watch' });
        await merge('w', { spec: { replicas: 2 } });
        await remove('w');
      }).catch(reject);
    })).finally(() => stop?.());
    assert.deepEqual(seen, ['ADDED w 1', 'MODIFIED w 2', 'DELETED w 2']);
  },

  async informer() {
    await create('i1', { size: 'small' }, { case: 'informer' });
    const seen = [];
    const informer = k8s.makeInformer(config, path, () => list('case=informer'), 'case=informer');
    let resolveDone;
    const done = new Promise(resolve => { resolveDone = resolve; });
    for (const verb of ['add', 'update', 'delete']) informer.on(verb, object => {
      seen.push(`${verb} ${object.metadata.name}`);
      if (seen.length === 4) resolveDone();
    });
    const failed = new Promise((_, reject) => informer.on('error', reject));
    await informer.start();
    await create('i2', { size: 'small' }, { case: 'informer' });
    await merge('i1', { spec: { replicas: 2 } });
    await remove('i2');
    await within(30, `four changes, got ${seen}`, Promise.race([done, failed])).finally(() => informer.stop());
    assert.deepEqual(seen, ['add i1', 'add i2', 'update i1', 'delete i2']);
    assert.deepEqual(informer.list(namespace).map(o => `${o.metadata.name} ${o.spec.replicas}`), ['i1 2']);
  },
};

for (const [name, run] of Object.entries(cases)) {
  let problem = null;
  try {
    await within(60, name, run());
  } catch (error) {
    problem = `${error.stack ?? error}${error.body ? `\n${JSON.stringify(error.body)}` : ''}`;
  }
  console.log(JSON.stringify({ case: name, problem }));
}
process.exit(0);
