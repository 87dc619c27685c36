import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { StudioError } from '../../../nodes/core/errors'
import { maskEdit } from '../../../nodes/lib/mask/edit'
import { MAX_LAYERS, maskLayers, parseMaskLayers } from '../../../nodes/lib/mask/mask-layers'
import { placementAt } from '../../../nodes/lib/mask/shape-motion'

const stroke = {
  id: 's',
  region: 'face',
  kind: 'stroke',
  points: [
    [4, 4],
    [12, 9],
  ],
  radius: 3,
}

describe('parseMaskLayers', () => {
  it('fills in what may be left out', () => {
    expect(parseMaskLayers([stroke])).toEqual([
      { ...stroke, from: null, to: null, enabled: true, op: 'add', keys: [], hardness: 1 },
    ])
  })

  it.each([
    ['an unknown kind', [{ ...stroke, kind: 'spray' }], /layer 1 \(kind\)/],
    ['an unknown field', [{ ...stroke, colour: 'red' }], /layer 1 .*colour/],
    [
      'a field of another kind',
      [{ id: 'g', region: 'face', kind: 'grow', pixels: 3, op: 'add' }],
      /layer 1 .*op/,
    ],
    ['a range that runs backwards', [{ ...stroke, from: 9, to: 3 }], /range 9 to 3 runs backwards/],
    ['the same id twice', [stroke, stroke], /layer 2 .*"s" is used twice/],
    ['keys out of order', [{ ...stroke, keys: [{ frame: 5 }, { frame: 5 }] }], /Key 2 is at frame 5/],
    [
      'coordinates that are not finite',
      [{ ...stroke, points: [[Number.NaN, 1]] }],
      /layer 1 \(points\.0\.0\)/,
    ],
    ['a region called all', [{ ...stroke, region: 'all' }], /cannot be called "all"/],
    ['no list', { 0: stroke }, /list of mask layers/],
    ['too many layers', Array.from({ length: MAX_LAYERS + 1 }, (_, i) => ({ ...stroke, id: `${i}` })), /500/],
    [
      'too many points in all',
      Array.from({ length: 26 }, (_, i) => ({ ...stroke, id: `${i}`, points: Array(2000).fill([1, 1]) })),
      /52000 points and keys/,
    ],
  ])('refuses %s and says where', (_, layers, message) => {
    expect(() => parseMaskLayers(layers)).toThrow(message as RegExp)
    expect(() => parseMaskLayers(layers)).toThrow(StudioError)
  })

  it('can be described to an editor as JSON Schema', () => {
    expect(JSON.stringify(z.toJSONSchema(maskLayers, { io: 'input' }))).toContain('"hardness"')
  })
})

/** Documents near enough to valid ones that many pass. */
const number = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: -60, max: 90 }) },
  { weight: 9, arbitrary: fc.double({ min: -4e4, max: 4e4 }) },
  { weight: 1, arbitrary: fc.double() },
)
const point = fc.tuple(number, number)
const size = fc.integer({ min: 0, max: 80 })
const key = fc.record({
  frame: fc.nat(20),
  dx: number,
  dy: size,
  scale: fc.double({ min: 0.01, max: 20, noNaN: true }),
  rotation: number,
  easing: fc.constantFrom('linear', 'ease', 'hold'),
})
const common = {
  id: fc.string({ minLength: 1, maxLength: 12 }),
  region: fc.constantFrom('face', 'hands', 'new one'),
  from: fc.option(fc.nat(9)),
  to: fc.option(fc.integer({ min: 4, max: 20 })),
  enabled: fc.boolean(),
}
const anyLayer = fc.oneof(
  ...['stroke', 'polygon', 'rectangle', 'ellipse', 'grow', 'feather', 'invert', 'fill', 'clear'].map(
    (kind) => {
      const fields: Record<string, fc.Arbitrary<unknown>> = { ...common, kind: fc.constant(kind) }
      const isShape = ['stroke', 'polygon', 'rectangle', 'ellipse'].includes(kind)
      if (isShape) {
        fields.op = fc.constantFrom('add', 'erase', 'intersect')
        fields.keys = fc.array(key, { maxLength: 2 })
      }
      if (kind === 'stroke' || kind === 'polygon')
        fields.points = fc.array(point, { minLength: 2, maxLength: 6 })
      if (kind === 'stroke')
        Object.assign(fields, { radius: size, hardness: fc.double({ min: 0, max: 1, noNaN: true }) })
      if (kind === 'rectangle' || kind === 'ellipse')
        Object.assign(fields, { x: number, y: size, w: size, h: size })
      if (kind === 'grow' || kind === 'feather') fields.pixels = number
      return fc.record(fields)
    },
  ),
)
const anyDocument = fc.oneof(fc.array(anyLayer, { maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }))

it('turns 100,000 random documents into layers or a StudioError, and draws those it takes', () => {
  let drawn = 0
  const run = (document: unknown) => {
    let layers: ReturnType<typeof parseMaskLayers>
    try {
      layers = parseMaskLayers(document)
      const edit = maskEdit(layers, ['face', 'hands'], 20, 14)
      const input = new Uint8Array(280).fill(200, 60, 130)
      for (const region of edit.regions) {
        const plane = edit.render(region, 5, region === 'face' ? input : null)
        if (plane.length !== 280) throw new Error('wrong size')
      }
      if (layers.length > 0) drawn++
    } catch (error) {
      if (!(error instanceof StudioError)) throw error
    }
  }
  const documents = fc.sample(anyDocument, { numRuns: 10_000, seed: 7 })
  // The costly part is making documents: each is also tried with one field of it spoiled, nine times.
  documents.forEach((document, i) => {
    run(document)
    for (let k = 1; k < 10; k++) run(spoil(document, i * 10 + k))
  })
  expect(drawn).toBeGreaterThan(2000)
})

const SPOILS: unknown[] = [
  null,
  -1,
  1e308,
  '',
  [],
  {},
  'face',
  Number.NaN,
  true,
  [[0, 0]],
  3,
  '__proto__',
  0.5,
]

/** A copy with one field of one layer replaced; which one follows from `n`. */
function spoil(document: unknown, n: number): unknown {
  if (!Array.isArray(document) || document.length === 0) return [document, SPOILS[n % SPOILS.length]]
  const at = n % document.length
  const layer = document[at]
  if (layer === null || typeof layer !== 'object') return document.with(at, SPOILS[n % SPOILS.length])
  const names = Object.keys(layer)
  const name = names.length ? names[(n * 7) % names.length] : 'kind'
  return document.with(at, { ...layer, [name]: SPOILS[(n * 5) % SPOILS.length] })
}

describe('placementAt', () => {
  const keys = parseMaskLayers([
    {
      ...stroke,
      keys: [
        { frame: 10, dx: 0, easing: 'linear' },
        { frame: 20, dx: 100, scale: 4, easing: 'ease' },
        { frame: 30, dx: 200, rotation: 90, easing: 'hold' },
        { frame: 40, dx: 0 },
      ],
    },
  ]).flatMap((layer) => ('keys' in layer ? layer.keys : []))
  const at = (frame: number) => placementAt(keys, frame)

  it('stays before the first and after the last key', () => {
    expect(at(0)).toEqual(at(10))
    expect(at(99)).toEqual(at(40))
    expect(placementAt([], 3)).toEqual({ dx: 0, dy: 0, scale: 1, rotation: 0 })
  })

  it('moves as the earlier key says: evenly, with ease, or not until the next', () => {
    expect(at(15).dx).toBe(50)
    expect(at(15).scale).toBeCloseTo(2)
    expect(at(22).dx).toBeCloseTo(100 + 100 * (0.04 * (3 - 0.4)))
    expect(at(39)).toMatchObject({ dx: 200, rotation: 90 })
    expect(at(40).dx).toBe(0)
  })
})

describe('maskEdit', () => {
  const W = 40
  const H = 30
  const edit = (layers: unknown[], regions = ['face']) => maskEdit(parseMaskLayers(layers), regions, W, H)
  const box = { id: 'b', region: 'face', kind: 'rectangle', x: 10, y: 5, w: 8, h: 6 }
  const area = (plane: Uint8Array) => plane.reduce((a, b) => a + b, 0) / 255

  it('applies layers in order', () => {
    const fill = { id: 'f', region: 'face', kind: 'fill' }
    const erase = { ...box, op: 'erase' }
    expect(area(edit([fill, erase]).render('face', 0, null))).toBe(W * H - 48)
    expect(area(edit([erase, fill]).render('face', 0, null))).toBe(W * H)
  })

  it('touches only frames in the range of an enabled layer, the ends included', () => {
    const { touches } = edit([{ ...box, from: 3, to: 5 }])
    expect([2, 3, 5, 6].map((f) => touches('face', f))).toEqual([false, true, true, false])
    expect(edit([{ ...box, enabled: false }]).touches('face', 0)).toBe(false)
  })

  it('leaves the input as it was', () => {
    const input = new Uint8Array(W * H).fill(9)
    for (const kind of ['fill', 'clear', 'invert']) {
      edit([
        { id: 'x', region: 'face', kind },
        { ...box, op: 'intersect' },
      ]).render('face', 0, input)
    }
    expect(input.every((v) => v === 9)).toBe(true)
  })

  it('creates a region by adding a shape or filling, and refuses to change one that is not there', () => {
    const sleeve = { ...box, region: 'sleeve' }
    expect(edit([sleeve, { id: 'g', region: 'sleeve', kind: 'grow', pixels: 1 }]).regions).toEqual([
      'face',
      'sleeve',
    ])
    expect(() => edit([{ ...sleeve, op: 'erase' }])).toThrow(/"b" \(erase rectangle\) .* "sleeve"/)
    expect(edit([{ ...sleeve, op: 'erase', enabled: false }]).regions).toEqual(['face'])
    const many = Array.from({ length: 40 }, (_, i) => ({ ...box, id: `${i}`, region: `r${i}` }))
    expect(() => edit(many)).toThrow(/41 regions/)
  })

  it('moves, scales and turns a shape by its keys', () => {
    const keys = [
      { frame: 0, dx: 0 },
      { frame: 10, dx: 10, scale: 2, rotation: 90 },
    ]
    const moving = edit([{ ...box, keys }])
    const first = moving.render('face', 0, null)
    const last = moving.render('face', 10, null)
    expect(first).toEqual(edit([box]).render('face', 0, null))
    // 8 × 6 about (14, 8), turned and doubled: 12 × 16 about (24, 8).
    expect(last).toEqual(edit([{ ...box, x: 18, y: 0, w: 12, h: 16 }]).render('face', 0, null))
  })

  it('draws an ellipse of the area it should have', () => {
    const ellipse = { ...box, kind: 'ellipse', x: 5, y: 5, w: 20, h: 12, rotation: 30 }
    expect(area(edit([ellipse]).render('face', 0, null))).toBeCloseTo(Math.PI * 10 * 6, 0)
  })

  it('stops when it is told to', () => {
    const stop = () => {
      throw new Error('stopped')
    }
    expect(() => edit([box]).render('face', 0, null, stop)).toThrow('stopped')
  })
})
