import { describe, expect, it } from 'vitest'
import { maskEdit } from '../../../nodes/lib/mask/edit'
import { parseMaskLayers } from '../../../nodes/lib/mask/mask-layers'
import { maskEditor } from '../../../nodes/mask/editor'
import { maskOf, planeOf, runNode, testContext } from '../../support/node-context'

const W = 32
const H = 24
const FRAMES = 20
const face = Uint8Array.from({ length: FRAMES * W * H }, (_, i) => (i % 97 < 30 ? 255 : 0))
const mask = maskOf({ face, hands: face.map((v) => v >> 1) }, W, H)

const layers = [
  {
    id: 'paint',
    region: 'face',
    kind: 'stroke',
    points: [
      [3, 3],
      [20, 15],
    ],
    radius: 3,
    hardness: 0.5,
    from: 5,
    to: 13,
    keys: [{ frame: 5 }, { frame: 12, dx: 8, scale: 1.5, easing: 'ease' }],
  },
  { id: 'soft', region: 'face', kind: 'feather', pixels: 3, from: 7 },
  { id: 'new', region: 'logo', kind: 'ellipse', x: 4, y: 4, w: 12, h: 9, rotation: 20, to: 3 },
]

describe('mask/editor', () => {
  it('renders each frame as the layers say, whatever chunk it lies in, and does not touch the input', async () => {
    const before = face.slice()
    const { mask: edited } = await runNode(maskEditor, { mask }, { layers })
    expect(edited.regions).toEqual(['face', 'hands', 'logo'])
    const edit = maskEdit(parseMaskLayers(layers), ['face', 'hands'], W, H)
    for (const region of ['face', 'logo']) {
      const plane = await planeOf(edited, region)
      for (let f = 0; f < FRAMES; f++) {
        const input = region === 'face' ? face.subarray(f * W * H, (f + 1) * W * H) : null
        expect(plane.subarray(f * W * H, (f + 1) * W * H)).toEqual(edit.render(region, f, input))
      }
    }
    expect(await planeOf(edited, 'hands')).toEqual(face.map((v) => v >> 1))
    expect(face).toEqual(before)
  })

  it('changes only the frames in the range of a layer', async () => {
    const { mask: edited } = await runNode(maskEditor, { mask }, { layers: layers.slice(0, 1) })
    const plane = await planeOf(edited, 'face')
    const changed = Array.from({ length: FRAMES }, (_, f) => f).filter(
      (f) =>
        Buffer.compare(
          plane.subarray(f * W * H, (f + 1) * W * H),
          face.subarray(f * W * H, (f + 1) * W * H),
        ) !== 0,
    )
    expect(changed).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13])
  })

  it('passes the mask when there are no layers', async () => {
    const { mask: edited } = await runNode(maskEditor, { mask })
    expect(await planeOf(edited, 'face')).toEqual(face)
  })

  it('says when a layer lies behind the end', async () => {
    const ctx = testContext({ definition: maskEditor })
    await runNode(maskEditor, { mask }, { layers: [{ ...layers[0], from: 20, to: 30 }] }, ctx)
    expect(ctx.warnings).toEqual([
      'The layer "paint" begins at frame 20, but the mask has 20 frames: it changes nothing.',
    ])
  })

  it('knows the regions that layers create before it runs', () => {
    const facts = maskEditor.facts?.({
      params: maskEditor.params.parse({ layers }),
      inputs: { mask: { regions: ['face'], frames: 9 } },
      asset: () => undefined,
    })
    expect(facts?.mask).toEqual({ regions: ['face', 'logo'], frames: 9 })
  })

  it('stops between frames when the run is cancelled', async () => {
    const ctx = testContext({ definition: maskEditor })
    const { mask: edited } = await runNode(maskEditor, { mask }, { layers }, ctx)
    ctx.abort()
    await expect(edited.chunk('face', 0)).rejects.toThrow('cancelled')
  })
})
