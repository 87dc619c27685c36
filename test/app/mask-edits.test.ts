import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  amountOf,
  boxLayer,
  duplicateLayer,
  movedLayer,
  moveLayer,
  type Point,
  polygonLayer,
  sayLayer,
  sayRange,
  shapeAt,
  strokeLayer,
  thinned,
  withAmount,
  withOperation,
} from '../../app/_editor/mask/mask-edits'
import { coverageOf, paintMasks } from '../../app/_editor/mask/paint-masks'
import { maskEdit } from '../../nodes/lib/mask/edit'
import { isShape, MAX_POINTS, type MaskLayer, maskLayers } from '../../nodes/lib/mask/mask-layers'

const ALL = { from: null, to: null }
const drawing = { region: 'hands', op: 'add' as const, range: ALL }
const point = fc.tuple(
  fc.double({ min: -3000, max: 3000, noNaN: true }),
  fc.double({ min: -3000, max: 3000, noNaN: true }),
) as fc.Arbitrary<Point>

/** What a hand does, as edits of a list of layers. */
const gesture = fc.oneof(
  fc.record({ do: fc.constant('stroke' as const), points: fc.array(point, { minLength: 1, maxLength: 60 }) }),
  fc.record({ do: fc.constant('box' as const), a: point, b: point, square: fc.boolean() }),
  fc.record({ do: fc.constant('polygon' as const), points: fc.array(point, { maxLength: 12 }) }),
  fc.record({ do: fc.constant('grow' as const), pixels: fc.integer({ min: -64, max: 64 }) }),
  fc.record({ do: fc.constant('feather' as const), pixels: fc.integer({ min: 0, max: 64 }) }),
  fc.record({ do: fc.constantFrom('invert' as const, 'fill' as const, 'clear' as const) }),
  fc.record({ do: fc.constant('move' as const), from: fc.nat(9), to: fc.nat(9) }),
  fc.record({ do: fc.constant('duplicate' as const), at: fc.nat(9) }),
)

function after(layers: MaskLayer[], step: typeof gesture extends fc.Arbitrary<infer G> ? G : never) {
  const id = `l${layers.length}-${layers.map((layer) => layer.id.length).join('')}`.slice(0, 60)
  const add = (layer: MaskLayer | undefined) => (layer ? [...layers, layer] : layers)
  switch (step.do) {
    case 'stroke':
      return add(strokeLayer(id, drawing, step.points, { radius: 12, hardness: 0.5 }))
    case 'box':
      return add(boxLayer(id, 'ellipse', drawing, step.a, step.b, step.square))
    case 'polygon':
      return add(polygonLayer(id, drawing, step.points))
    case 'grow':
    case 'feather':
      return withAmount(layers, step.do, 'hands', ALL, step.pixels)
    case 'move':
      return layers.length === 0 ? layers : moveLayer(layers, step.from % layers.length, step.to)
    case 'duplicate':
      return layers.length === 0 ? layers : duplicateLayer(layers, layers[step.at % layers.length].id)
    default:
      return withOperation(layers, step.do, 'hands', ALL)
  }
}

describe('edits of a mask', () => {
  it('whatever a hand draws is a list of layers the node accepts', () => {
    fc.assert(
      fc.property(fc.array(gesture, { maxLength: 12 }), (steps) => {
        let layers: MaskLayer[] = []
        for (const step of steps) layers = after(layers, step)
        const parsed = maskLayers.safeParse(layers)
        expect(parsed.error?.issues[0]).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  it('a long line keeps its ends in few points', () => {
    const line = Array.from({ length: 9000 }, (_, i): Point => [i, Math.sin(i / 40) * 20])
    const kept = thinned(line)
    expect(kept.length).toBeLessThanOrEqual(MAX_POINTS)
    expect(kept[0]).toEqual([0, 0])
  })

  it('grow and feather have one value per region and range, and 0 takes it away', () => {
    let layers = withAmount([], 'grow', 'hands', ALL, 8)
    layers = withAmount(layers, 'grow', 'hands', { from: 3, to: 3 }, -2)
    layers = withAmount(layers, 'grow', 'hands', ALL, 5)
    expect(layers.length).toBe(2)
    expect(amountOf(layers, 'grow', 'hands', ALL)).toBe(5)
    expect(amountOf(layers, 'grow', 'hands', { from: 3, to: 3 })).toBe(-2)
    expect(amountOf(layers, 'grow', 'face', ALL)).toBe(0)
    expect(withAmount(layers, 'grow', 'hands', ALL, 0).length).toBe(1)
  })

  it('a shape is found where it covers, in the frames it holds for, the top one first', () => {
    const lower = boxLayer('a', 'rectangle', drawing, [10, 10], [50, 50])!
    const upper = boxLayer('b', 'ellipse', { ...drawing, range: { from: 5, to: 9 } }, [20, 20], [60, 60])!
    const layers = [lower, upper]
    expect(shapeAt(layers, 6, [40, 40])?.id).toBe('b')
    expect(shapeAt(layers, 2, [40, 40])?.id).toBe('a')
    expect(shapeAt(layers, 6, [22, 22])?.id).toBe('a') // outside the ellipse, inside its box
    expect(shapeAt(layers, 6, [80, 80])).toBeUndefined()
  })

  it('a moved shape covers the same pixels elsewhere', () => {
    const size = 64
    const layer = polygonLayer('p', drawing, [
      [10, 10],
      [30, 12],
      [20, 30],
    ])!
    const covers = (list: MaskLayer[]) =>
      maskEdit(list, ['hands'], size, size).render('hands', 0, new Uint8Array(size * size))
    const before = covers([layer])
    const moved = covers([isShape(layer) ? movedLayer(layer, 7, 5) : layer])
    for (let y = 0; y < size - 5; y++)
      for (let x = 0; x < size - 7; x++) expect(moved[(y + 5) * size + x + 7]).toBe(before[y * size + x])
  })

  it('says what it is and when it holds', () => {
    const erase = strokeLayer('s', { ...drawing, op: 'erase' }, [[1, 1]], { radius: 3, hardness: 1 })
    expect(sayLayer(erase)).toBe('Stroke, erases')
    expect(sayLayer(withAmount([], 'grow', 'hands', ALL, -3)[0])).toBe('Shrink 3 px')
    expect([ALL, { from: 4, to: 4 }, { from: 4, to: 9 }, { from: 4, to: null }].map(sayRange)).toEqual([
      'all frames',
      'f 4',
      'f 4 to 9',
      'from f 4',
    ])
  })
})

describe('masks as a picture', () => {
  const colour = { red: 255, green: 0, blue: 0 }
  const plane = Uint8Array.from({ length: 25 }, (_, i) => (i % 5 > 0 && i % 5 < 4 ? 255 : 0))

  it('shows colour where the plane is, and nothing elsewhere', () => {
    const out = paintMasks([{ plane, colour, selected: false }], 5, 5, 'overlay')
    expect([...out.subarray(0, 4)]).toEqual([0, 0, 0, 0])
    expect([...out.subarray(4, 8)]).toEqual([255, 0, 0, Math.round(255 * 0.4)])
  })

  it('outlines the chosen region in white', () => {
    const out = paintMasks([{ plane, colour, selected: true }], 5, 5, 'outline')
    const at = (x: number, y: number) => [...out.subarray(4 * (5 * y + x), 4 * (5 * y + x) + 3)]
    expect([at(1, 2), at(2, 2)]).toEqual([
      [255, 255, 255],
      [0, 0, 0],
    ])
  })

  it('a plain mask is the plane itself', () => {
    const out = paintMasks([{ plane, colour, selected: true }], 5, 5, 'mask')
    expect([...out.subarray(4, 8), ...out.subarray(0, 4)]).toEqual([255, 255, 255, 255, 0, 0, 0, 255])
    expect(coverageOf(plane)).toBeCloseTo(0.6)
  })
})
