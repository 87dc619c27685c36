import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { tempFolder } from '../support/engine'
import { exampleWorkflow, openStudio } from '../support/studio'

interface Shown {
  node: string
  bytes: Uint8Array
  frame: number | undefined
}

/** Runs a shipped workflow and notes what each node showed, which must be before it has finished. */
async function watch(name: string, targets: string[] = []) {
  const studio = openStudio(tempFolder(), 2)
  onTestFinished(() => studio.runner.close())
  const document = await exampleWorkflow(studio, name)
  const finished = new Set<string>()
  const shown: Shown[] = []
  const result = await studio.engine.run(document, {
    targets,
    onEvent: (event) => void (event.type === 'job.finished' && finished.add(event.step)),
    onPreview: ({ node, bytes, frame, mime }) => {
      expect(finished.has(node), `${node} was shown after it had finished`).toBe(false)
      expect(mime).toBe('image/jpeg')
      shown.push({ node, bytes, frame })
    },
  })
  const of = (node: string) => shown.filter((preview) => preview.node === node)
  return { document, shown, of, result }
}

it('every node from the portrait to the file shows itself before it finishes, in small JPEGs', async () => {
  const { document, shown, of, result } = await watch('hello')
  const silent = Object.keys(document.nodes).filter((node) => of(node).length === 0)
  expect(silent).toEqual(['firstPose'])
  for (const { bytes } of shown) {
    const { format, width = 0, height = 0 } = await sharp(bytes).metadata()
    expect(format).toBe('jpeg')
    expect(Math.max(width, height)).toBe(384)
    expect(bytes.length).toBeLessThan(60_000)
  }

  // The renderer: first the portrait being cut up, then frames of the video.
  const frames = of('render').map(({ frame }) => frame)
  const setUp = frames.filter((frame) => frame === undefined).length
  expect(setUp).toBeGreaterThanOrEqual(2)
  expect(frames.length).toBeGreaterThan(setUp)
  for (const frame of frames.slice(setUp)) expect(frame).toBeLessThan(80)
  const seconds = result.steps.map((step) => (step.node === 'render' ? (step.seconds ?? 0) : 0))
  expect(frames.length).toBeLessThanOrEqual(seconds.reduce((sum, s) => sum + Math.ceil(10 * s), 0))
})

it('masks and skeletons show the frame they are at', async () => {
  const { of } = await watch('masks', ['maskVideo', 'skeleton'])
  for (const node of ['gestures', 'masks', 'larger', 'maskVideo', 'skeleton']) {
    expect(of(node).length, node).toBeGreaterThanOrEqual(1)
    for (const { frame } of of(node)) expect(frame, node).toBeGreaterThanOrEqual(0)
  }
})
