import path from 'node:path'
import { expect, it } from 'vitest'
import { RunWatch } from '../../app/_lib/runs/run-watch'
import { isOver, type RunSnapshot } from '../../nodes/core/run-snapshot'
import { openDataFolder } from '../../server/storage/data-folder'
import { loadValue } from '../../server/storage/values'
import { tempFolder, testEngine, workflow } from '../support/engine'
import { connect } from '../support/live'
import { brightness, constant, film, patient } from '../support/nodes'
import { spawnLive } from '../support/spawn-live'
import { workerBundle } from '../support/worker-bundle'

/** A chain in which the second node takes its time, so that a kill finds it at work. */
const document = () =>
  workflow()
    .node('level', constant, { value: 3 })
    .node('wait', patient, { seconds: 1.5, value: 2 })
    .node('film', film, { frames: 40, secondsPerFrame: 0.02 })
    .node('mean', brightness)
    .link('level.value', 'wait.x')
    .link('wait.y', 'film.level')
    .link('film.video', 'mean.video').document

it('a studio killed with -9 in the middle of a run goes on with it when it is started again; the result is the same', async () => {
  const folder = tempFolder()
  const bundles = await workerBundle()
  let live = await spawnLive(folder, bundles)
  const { port } = live
  const { run } = await live.ask<{ run: string }>({ ask: 'start', document: document() })
  let snapshot: RunSnapshot | undefined
  const seqs: number[] = []
  const watch = new RunWatch(connect(port), run, {
    onSnapshot: (now) => void (snapshot = now),
    onEvent: (event, now) => {
      seqs.push(event.seq)
      snapshot = now
    },
  })
  for (const node of ['wait', 'film']) {
    await expect.poll(() => snapshot?.nodes[node]?.state).toBe('running')
    await live.kill()
    live = await spawnLive(folder, bundles, port)
  }
  await expect.poll(() => snapshot && isOver(snapshot.summary.state)).toBe(true)
  watch.close()
  await live.kill()
  expect(snapshot?.summary).toMatchObject({ state: 'finished', number: 1 })
  expect(seqs).toEqual(seqs.map((_, i) => seqs[0] + i))

  const undisturbed = await testEngine()
  const wanted = await undisturbed.value(await undisturbed.run(document()), 'mean', 'mean')
  const { blobs } = openDataFolder(path.resolve(folder))
  expect(await loadValue(blobs, snapshot!.nodes.mean.outputs.mean)).toBe(wanted)
})
