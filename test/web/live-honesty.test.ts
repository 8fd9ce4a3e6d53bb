// What the page never says: that old numbers are fresh, that a dead or frozen server is a proxy, that all is shown when
// something was missed. And what a tab tells another one that comes late.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type WatchResponse, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Live } from "../../web/live/live.ts";
import { FakeBrowser, FakeServer, type FakeTab } from "./live-world.ts";

const OVERVIEW = [WatchTopic.OVERVIEW];
const QUEUES = [WatchTopic.OVERVIEW, WatchTopic.QUEUES];
const WORKERS = [WatchTopic.OVERVIEW, WatchTopic.WORKERS];
const HOUR_MS = 3_600_000;

interface Page {
  readonly tab: FakeTab;
  readonly live: Live;
  /** Shows something else from now on. */
  readonly show: (topics: readonly WatchTopic[]) => Promise<void>;
}

class Scene {
  readonly browser: FakeBrowser;
  readonly server = new FakeServer();

  constructor(options: { readonly hasLocks?: boolean } = {}) {
    this.browser = new FakeBrowser(options);
  }

  async open(topics: readonly WatchTopic[] = OVERVIEW, id?: string): Promise<Page> {
    const tab = this.browser.openTab(id);
    const live = new Live({ transport: this.server.transport, world: tab });
    const listener = (_: WatchResponse) => {};
    let leave = live.subscribe(topics, listener);
    await this.browser.pass(1_000);
    const show = async (next: readonly WatchTopic[]) => {
      leave();
      leave = live.subscribe(next, listener);
      await this.browser.pass(100);
    };
    return { tab, live, show };
  }

  /** As long as the server lives, it says something every 5 s. */
  async beat(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      this.server.send({ sequence: 10n });
      await this.browser.pass(5_000);
    }
  }

  get lastAfter(): bigint | undefined {
    return this.server.requests.at(-1)?.afterSequence;
  }
}

describe("what was missed:", () => {
  test("topics that nobody showed for a while come back whole, since differences were missed", async () => {
    const scene = new Scene();
    const page = await scene.open(WORKERS);
    await page.show(OVERVIEW);
    assert.equal(scene.lastAfter, 1n, "fewer topics go on from where they were");
    assert.ok(!page.live.has(WORKERS), "workers are not told any more");
    scene.server.send({ sequence: 9n });
    await scene.browser.pass(100);
    await page.show(WORKERS);
    assert.equal(scene.lastAfter, 0n);
    assert.ok(page.live.has(WORKERS));
  });

  test("so does a tab that is fed: what it no longer gets is not all there is", async () => {
    const scene = new Scene();
    await scene.open(OVERVIEW);
    const fed = await scene.open(WORKERS);
    await fed.show(OVERVIEW);
    scene.server.send({ sequence: 9n });
    await scene.browser.pass(100);
    assert.ok(!fed.live.has(WORKERS));
    await fed.show(WORKERS);
    assert.equal(scene.lastAfter, 0n);
    assert.ok(fed.live.has(WORKERS));
  });

  test("a tab never takes a snapshot of less for one of all that it shows", async () => {
    const scene = new Scene();
    await scene.open(OVERVIEW);
    scene.server.isFrozen = true;
    const fed = await scene.open(QUEUES);
    assert.ok(!fed.live.has(QUEUES), "no queues have come, and that is not the same as none");
    scene.server.isFrozen = false;
    await scene.browser.pass(30_000);
    assert.ok(fed.live.has(QUEUES));
  });

  test("a tab that goes on after a pause takes no differences before all there is", async () => {
    const scene = new Scene();
    await scene.open(OVERVIEW);
    const fed = await scene.open(OVERVIEW);
    fed.live.pause();
    await scene.browser.pass(100);
    scene.server.send({ sequence: 8n, overview: { workers: 8 } });
    await scene.browser.pass(HOUR_MS);
    assert.equal(fed.live.model.overview?.workers, undefined);
    fed.live.resume();
    await scene.browser.pass(100);
    assert.equal(fed.live.model.overview?.workers, 8);
  });
});

describe("a tab that comes late:", () => {
  test("while the server is gone: it hears so, and that the numbers are old", async () => {
    const scene = new Scene();
    await scene.open();
    scene.server.die();
    await scene.browser.pass(60_000);
    const late = await scene.open();
    const { state, isStale, heardAt = 0 } = late.live.status;
    assert.deepEqual([state, isStale], ["reconnecting", true]);
    assert.ok(scene.browser.now - heardAt >= 60_000);
  });

  test("while it is polled: it hears so", async () => {
    const scene = new Scene();
    scene.server.greets = undefined;
    await scene.open();
    await scene.browser.pass(10_000);
    const late = await scene.open();
    await scene.browser.pass(20_000);
    assert.equal(late.live.status.state, "polling");
  });

  test("without locks, with an id before all others: the stream goes on without a gap", async () => {
    const scene = new Scene({ hasLocks: false });
    const first = await scene.open(OVERVIEW, "m");
    const second = scene.browser.openTab("a");
    const late = new Live({ transport: scene.server.transport, world: second });
    late.subscribe(OVERVIEW, () => {});
    for (let passed = 0; passed < 3_000; passed += 50) {
      assert.equal(scene.server.open.size, 1, `after ${passed} ms`);
      await scene.browser.pass(50);
    }
    scene.server.send({ sequence: 7n, overview: { workers: 5 } });
    await scene.browser.pass(10);
    assert.deepEqual([first.live.model.overview?.workers, late.model.overview?.workers], [5, 5]);
  });

  test("without locks, the first tab of all has numbers within a second", async () => {
    const scene = new Scene({ hasLocks: false });
    const { live } = await scene.open();
    assert.equal(live.status.state, "live");
  });
});

describe("a server that stands still:", () => {
  test("is not taken for a proxy, and is asked one thing at a time", async () => {
    const scene = new Scene();
    const { live } = await scene.open(QUEUES);
    await scene.beat(3);
    scene.server.isFrozen = true;
    for (let passed = 0; passed < 300_000; passed += 1_000) {
      await scene.browser.pass(1_000);
      assert.notEqual(live.status.state, "polling");
      assert.ok(scene.server.asking <= 2, `${scene.server.asking} questions wait`);
      assert.ok(scene.server.open.size <= 1);
    }
    assert.deepEqual([live.status.state, live.status.isStale], ["reconnecting", true]);
  });

  test("makes numbers old within 12 s, even for one who walks from screen to screen", async () => {
    const scene = new Scene();
    const page = await scene.open(OVERVIEW);
    await scene.beat(1);
    scene.server.isFrozen = true;
    for (const topics of [QUEUES, OVERVIEW, WORKERS, OVERVIEW]) {
      await page.show(topics);
      await scene.browser.pass(2_900);
    }
    assert.ok(page.live.status.isStale);
  });
});

describe("a tab that is not looked at:", () => {
  test("back after an hour, numbers are old and nothing is live until somebody says so", async () => {
    const scene = new Scene();
    const { tab, live } = await scene.open();
    tab.show(false);
    await scene.browser.pass(HOUR_MS);
    scene.server.isFrozen = true;
    tab.show(true);
    await scene.browser.pass(10);
    assert.deepEqual([live.status.state, live.status.isStale], ["connecting", true]);
  });

  test("back within 30 s, it goes on from where it was, and was never said to be silent", async () => {
    const scene = new Scene();
    const { tab, live } = await scene.open();
    await scene.beat(1);
    tab.show(false);
    await scene.browser.pass(20_000);
    const states: string[] = [];
    live.onStatus(() => states.push(live.status.state));
    tab.show(true);
    await scene.browser.pass(100);
    assert.equal(scene.lastAfter, 10n);
    assert.deepEqual([...new Set(states)], ["connecting", "live"]);
    assert.equal(live.status.isStale, false);
  });

  test("does not come forward when its screen changes", async () => {
    const scene = new Scene();
    const { tab, show } = await scene.open();
    tab.show(false);
    await scene.browser.pass(1_000);
    await show(QUEUES);
    await scene.browser.pass(5_000);
    assert.equal(scene.server.open.size, 0);
  });
});

describe("a tab that is paused:", () => {
  test("keeps what it shows, and hears nothing of how others fare", async () => {
    const scene = new Scene();
    await scene.open();
    const paused = await scene.open();
    paused.live.pause();
    await scene.browser.pass(100);
    const { model } = paused.live;
    assert.ok(paused.live.has(OVERVIEW));
    scene.server.die();
    await scene.browser.pass(30_000);
    assert.deepEqual([paused.live.status.state, paused.live.status.isStale], ["paused", false]);
    assert.equal(paused.live.model, model);
  });
});

describe("what polls:", () => {
  test("never grows old while a stream is tried between", async () => {
    const scene = new Scene();
    scene.server.greets = undefined;
    const { live } = await scene.open();
    await scene.browser.pass(6_000);
    const streams = scene.server.requests.length;
    for (let passed = 0; passed < 300_000; passed += 500) {
      await scene.browser.pass(500);
      assert.deepEqual([live.status.state, live.status.isStale], ["polling", false], `after ${passed} ms`);
    }
    const tried = scene.server.requests.length - streams;
    assert.ok(tried >= 4 && tried <= 5, `a stream was tried ${tried} times in 5 minutes`);
    assert.ok(scene.server.open.size <= 1);
  });

  test("asks at once for what is shown next", async () => {
    const scene = new Scene();
    scene.server.greets = undefined;
    const page = await scene.open(OVERVIEW);
    await scene.browser.pass(6_000);
    await page.show(QUEUES);
    assert.ok(page.live.has(QUEUES));
  });
});

test("a screen that shows something else does not make the state leave live", async () => {
  const scene = new Scene();
  const page = await scene.open(OVERVIEW);
  const states = new Set<string>();
  page.live.onStatus(() => states.add(page.live.status.state));
  for (const topics of [QUEUES, OVERVIEW, WORKERS]) await page.show(topics);
  assert.deepEqual([...states], ["live"]);
});

test("nor does a tab that takes the stream over", async () => {
  const scene = new Scene();
  const first = await scene.open();
  const second = await scene.open();
  const states = new Set<string>();
  second.live.onStatus(() => states.add(second.live.status.state));
  first.live.close();
  await scene.browser.pass(100);
  assert.deepEqual([...states], ["live"]);
  assert.equal(scene.server.open.size, 1);
});

test("a heartbeat leaves the model the same object", async () => {
  const scene = new Scene();
  const { live } = await scene.open();
  const { model } = live;
  await scene.beat(1);
  assert.equal(live.model, model);
});

test("a page that is closed leaves nothing that runs", async () => {
  const scene = new Scene();
  const { live, show } = await scene.open();
  live.close();
  await show(QUEUES);
  await scene.browser.pass(1_000);
  assert.deepEqual([scene.server.open.size, scene.browser.timers], [0, 0]);
});
