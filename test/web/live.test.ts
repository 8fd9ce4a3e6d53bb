// One stream for all tabs, honest about its state: in a browser and beside a server that are made by hand, so that hours
// pass in a moment and everything comes in the order that the test says.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Live } from "../../web/live/live.ts";
import { FakeBrowser, FakeServer, type FakeTab } from "./live-world.ts";

const OVERVIEW = [WatchTopic.OVERVIEW];
const QUEUES = [WatchTopic.OVERVIEW, WatchTopic.QUEUES];

interface Page {
  readonly tab: FakeTab;
  readonly live: Live;
  /** The sequences of the frames that came. */
  readonly heard: bigint[];
}

class Scene {
  readonly browser: FakeBrowser;
  readonly server = new FakeServer();

  constructor(options: { readonly hasLocks?: boolean } = {}) {
    this.browser = new FakeBrowser(options);
  }

  async open(topics: readonly WatchTopic[] = OVERVIEW): Promise<Page> {
    const tab = this.browser.openTab();
    const live = new Live({ transport: this.server.transport, world: tab });
    const heard: bigint[] = [];
    live.subscribe(topics, ({ sequence }) => heard.push(sequence));
    // Without locks a new tab listens for two beats before it stands.
    await this.browser.pass(3_000);
    return { tab, live, heard };
  }

  async close({ tab, live }: Page): Promise<void> {
    live.close();
    tab.die();
    await this.browser.pass(100);
  }
}

for (const hasLocks of [true, false]) {
  describe(hasLocks ? "with locks:" : "without locks:", () => {
    test("ten tabs have one stream between them, and all hear it", async () => {
      const scene = new Scene({ hasLocks });
      const pages: Page[] = [];
      for (let i = 0; i < 10; i++) pages.push(await scene.open());
      await scene.browser.pass(5_000);
      assert.equal(scene.server.open.size, 1);
      scene.server.send({ sequence: 50n, overview: { workers: 3 } });
      await scene.browser.pass(100);
      for (const { live, heard } of pages) {
        assert.equal(heard.at(-1), 50n);
        assert.deepEqual([live.status.state, live.model.overview?.workers], ["live", 3]);
      }
    });

    test("who streams and is closed is followed by another within 3 s, from where it was", async () => {
      const scene = new Scene({ hasLocks });
      const first = await scene.open();
      const second = await scene.open();
      scene.server.send({ sequence: 9n });
      await scene.browser.pass(100);
      await scene.close(first);
      await scene.browser.pass(2_900);
      assert.equal(scene.server.open.size, 1);
      assert.equal(scene.server.requests.at(-1)?.afterSequence, 9n);
      scene.server.send({ sequence: 10n });
      await scene.browser.pass(100);
      assert.equal(second.heard.at(-1), 10n);
    });

    test("a tab that is hidden passes the stream on, and after 30 s asks for nothing", async () => {
      const scene = new Scene({ hasLocks });
      const first = await scene.open();
      first.tab.show(false);
      await scene.browser.pass(31_000);
      assert.equal(scene.server.open.size, 0);
      const asked = scene.server.requests.length;
      await scene.browser.pass(600_000);
      assert.deepEqual([scene.server.requests.length, scene.server.polls], [asked, 0]);

      first.tab.show(true);
      await scene.browser.pass(5_000);
      assert.equal(scene.server.requests.at(-1)?.afterSequence, 0n, "a snapshot first");
      assert.equal(first.live.status.state, "live");
    });
  });
}

test("a tab that joins gets all there is from the one that streams", async () => {
  const scene = new Scene();
  await scene.open(QUEUES);
  scene.server.send({ sequence: 2n, snapshot: true, queues: [{ name: "mail" }], overview: { workers: 1 } });
  await scene.browser.pass(100);
  const asked = scene.server.requests.length;
  const second = await scene.open(QUEUES);
  assert.deepEqual([...second.live.model.queues.keys()], ["mail"]);
  assert.ok(second.live.has(QUEUES));
  assert.equal(scene.server.requests.length, asked, "the server is not asked again");
});

test("what tabs show is streamed together, and a tab that shows more brings a snapshot", async () => {
  const scene = new Scene();
  const first = await scene.open(OVERVIEW);
  assert.deepEqual(scene.server.requests.at(-1)?.topics, OVERVIEW);
  await scene.open([WatchTopic.WORKERS]);
  const last = scene.server.requests.at(-1);
  assert.deepEqual([last?.topics, last?.afterSequence], [[WatchTopic.OVERVIEW, WatchTopic.WORKERS], 0n]);
  assert.equal(scene.server.open.size, 1);
  assert.ok(first.live.has(OVERVIEW));
});

test("a broken stream is told at once, and comes back with backoff from where it was", async () => {
  const scene = new Scene();
  const page = await scene.open();
  scene.server.send({ sequence: 7n });
  await scene.browser.pass(100);
  scene.server.die();
  await scene.browser.pass(50);
  assert.equal(page.live.status.state, "reconnecting");
  await scene.browser.pass(20_000);
  scene.server.isUp = true;
  await scene.browser.pass(2_100);
  assert.equal(page.live.status.state, "live");
  assert.equal(scene.server.requests.at(-1)?.afterSequence, 7n);
});

test("a server that falls silent is noticed within 12 s: numbers are old, and it is tried again", async () => {
  const scene = new Scene();
  const page = await scene.open();
  const asked = scene.server.requests.length;
  for (let beats = 0; beats < 3; beats++) {
    scene.server.send({ sequence: 1n });
    await scene.browser.pass(5_000);
  }
  assert.deepEqual([page.live.status.state, page.live.status.isStale], ["live", false]);
  // The last word was 5 s ago.
  scene.server.greets = undefined;
  await scene.browser.pass(7_000);
  assert.deepEqual([page.live.status.isStale, page.live.status.state], [true, "reconnecting"]);
  assert.ok(scene.server.requests.length > asked);
});

test("where streams do not come through it polls and says so; a stream that comes ends it", async () => {
  const scene = new Scene();
  scene.server.greets = undefined;
  const page = await scene.open();
  await scene.browser.pass(5_100);
  assert.equal(page.live.status.state, "polling");
  assert.equal(page.live.model.overview?.workers, 7);
  const { polls } = scene.server;
  await scene.browser.pass(20_000);
  assert.ok(scene.server.polls >= polls + 3);
  assert.equal(page.live.status.isStale, false, "what was just asked for is not old");

  scene.server.greets = 5n;
  await scene.browser.pass(65_000);
  assert.equal(page.live.status.state, "live");
});

test("a person who pauses gets nothing until they go on, and then a snapshot", async () => {
  const scene = new Scene();
  const page = await scene.open();
  page.live.pause();
  await scene.browser.pass(100);
  assert.deepEqual([page.live.status.state, scene.server.open.size], ["paused", 0]);
  await scene.browser.pass(60_000);
  assert.deepEqual([page.live.status.isStale, scene.server.open.size], [false, 0]);
  page.live.resume();
  await scene.browser.pass(1_000);
  assert.equal(page.live.status.state, "live");
  assert.equal(scene.server.requests.at(-1)?.afterSequence, 0n);
});

test("the shortest interval that a tab asks for counts for all", async () => {
  const scene = new Scene();
  const first = await scene.open();
  const second = await scene.open();
  first.live.setInterval(30_000);
  second.live.setInterval(5_000);
  await scene.browser.pass(6_000);
  assert.equal(scene.server.requests.at(-1)?.interval?.seconds, 5n);
  await scene.close(second);
  await scene.browser.pass(20_000);
  assert.equal(scene.server.requests.at(-1)?.interval?.seconds, 30n);
});

test("the model is another object only when something has changed", async () => {
  const scene = new Scene();
  const { live } = await scene.open(QUEUES);
  scene.server.send({ sequence: 3n, queues: [{ name: "a" }, { name: "b" }], workers: [{ workerId: "w" }] });
  await scene.browser.pass(10);
  const { queues, workers } = live.model;
  scene.server.send({ sequence: 4n, workers: [{ workerId: "w", held: 1 }] });
  await scene.browser.pass(10);
  assert.equal(live.model.queues, queues);
  assert.notEqual(live.model.workers, workers);
  scene.server.send({ sequence: 5n, queuesGone: ["a"] });
  await scene.browser.pass(10);
  assert.deepEqual([...live.model.queues.keys()], ["b"]);
});
