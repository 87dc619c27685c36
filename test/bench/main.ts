/**
 * `npm run bench [-- NAME…] [--device cpu|cuda|webgpu]`: the figures this project holds itself to, as tables, with the
 * peers in the same run. Machines differ and are shared, so what counts are the ratios in one run. Names are the keys of `BENCHES`.
 */
import { parseArgs } from 'node:util'
import { DEVICES } from '../../models/runtime/devices'
import { benchAudio2vid, benchKills, benchLength } from './audio2vid'
import { benchBaseline } from './baseline'
import { benchCanvas } from './canvas'
import { benchStreaming } from './canvas-streaming'
import { benchDiffusion } from './diffusion'
import { benchDrawing } from './draw'
import { benchEngine } from './engine'
import { benchFullSize } from './full-size'
import { benchGestures } from './gestures'
import { benchLive, benchLiveKills } from './live'
import { benchMedia } from './media'
import { benchMmgt, benchMmgtLength } from './mmgt'
import { benchNetworks } from './networks'
import { benchPreviews } from './previews'
import { benchSockets } from './sockets'
import { benchWarp } from './warp'

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { device: { type: 'string', default: 'cpu' } },
})
const device = DEVICES.find((name) => name === values.device)
if (!device) {
  console.error(`There is no device ${values.device}. There are ${DEVICES.join(', ')}.`)
  process.exit(2)
}

interface Bench {
  title: string
  run: () => Promise<object[]>
  /** Without what there are no rows. */
  needs?: string
  /** Run only by its name. */
  named?: boolean
}

const BENCHES: Record<string, Bench> = {
  engine: {
    title: 'Engine: 1,000 trivial nodes beside the engines of other editors',
    run: () => benchEngine(),
  },
  audio2vid: {
    title: 'audio2vid, 3.2 s of speech at 512², a fresh process each (bar 6.4 s, cached 1.5 s)',
    run: benchAudio2vid,
  },
  mmgt: {
    title:
      'Both stages of MMGT by the tiny pack, 64², 2 steps: seconds a node, and after a change of the masks',
    run: benchMmgt,
  },
  'mmgt-length': {
    title: 'Both stages of MMGT by the tiny pack, 64², 1 step, by length of speech: time and peak memory',
    run: benchMmgtLength,
    named: true,
  },
  length: { title: 'audio2vid by length of speech: time and peak memory', run: benchLength },
  kills: { title: 'audio2vid killed with -9 at random moments, then run again', run: () => benchKills(50) },
  diffusion: {
    title: 'Diffusion with tiny networks by length of the video: time and peak memory',
    run: benchDiffusion,
  },
  previews: {
    title: 'Previews: the first one after Run (bar 1 s), and their cost (bar 2 %)',
    run: benchPreviews,
  },
  live: { title: 'Live documents: an edit is on disk, in another tab, analysed', run: benchLive },
  'live-kills': {
    title: 'Live documents: killed with -9 under scripted editing (bar: 0 lost)',
    run: benchLiveKills,
  },
  sockets: {
    title: 'A run watched by 200 sockets, ten of which do not read (bar: p95 250 ms, memory flat)',
    run: benchSockets,
  },
  canvas: {
    title: 'Canvas: ms a frame beside plain React Flow and litegraph.js (bar: not slower than plain)',
    run: benchCanvas,
  },
  streaming: {
    title:
      'Canvas: ten nodes that stream pictures, beside the same page without (bar: renders only their cards)',
    run: benchStreaming,
  },
  baseline: { title: 'Baseline features beside the original', run: benchBaseline },
  drawing: { title: 'Drawing poses and masks beside the original', run: benchDrawing },
  warp: { title: 'Warp renderer, one core', run: benchWarp },
  media: { title: 'Reading and writing media', run: benchMedia },
  gestures: { title: 'Gestures: in time with the speech?', run: benchGestures },
  networks: {
    title: 'Networks: CPU time per call beside eager PyTorch (bar: never slower, geometric mean 1.3)',
    run: () => benchNetworks(),
    needs: 'a python3 with torch and numpy: Debian’s python3-torch, python3-numpy and libopenblas0-openmp',
  },
  'full-size': {
    title: 'Denoising UNet at full size: building (bar 3 s, 300 MB), memory and time of a call, --device',
    run: () => benchFullSize(device),
    needs: 'the device',
    named: true,
  },
}

/** Three digits are all that a shared machine can support. */
const rounded = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(3)) : value,
    ]),
  )

const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(2)
}
for (const [name, { title, run, needs, named = false }] of Object.entries(BENCHES)) {
  const isWanted = wanted.length > 0 || named ? wanted.includes(name) : true
  if (!isWanted) continue
  console.log(`\n${title}`)
  const rows = await run()
  if (rows.length > 0) console.table(rows.map(rounded))
  else console.log(`  (skipped: needs ${needs ?? 'the reference vectors, which lie beside the repository'})`)
}
process.exit(0)
