import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../nodes/core/errors'
import { readGifComment } from '../../../nodes/lib/media/gif-workflow'
import { embedWorkflowInPng, readPngText } from '../../../nodes/lib/media/png-workflow'
import { documentKind } from '../../../nodes/lib/media/probe'
import { FORMATS, sniff } from '../../../nodes/lib/media/sniff'
import { parseWavHeader } from '../../../nodes/lib/media/wav-header'
import { readNpyHeader } from '../../../nodes/lib/pose/npy'
import { int16, wavBytes } from '../../support/media'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

/** The smallest beginning of a file of each kind. */
const SAMPLES: [keyof typeof FORMATS, Uint8Array][] = [
  ['png', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x02\0\0\0\0\0\0\0')],
  ['jpeg', latin1('\xff\xd8\xff\xe0\0\x10JFIF\0')],
  ['webp', latin1('RIFF\x24\0\0\0WEBPVP8 ')],
  ['avif', latin1('\0\0\0\x1cftypavif\0\0\0\0avifmif1')],
  ['avif', latin1('\0\0\0\x1cftypmif1\0\0\0\0mif1avif')],
  ['heic', latin1('\0\0\0\x18ftypheic\0\0\0\0mif1')],
  ['gif', latin1('GIF89a\x40\0\x40\0\x80\0\0\0\0\0\xff\xff\xff!\xfe\x03abc\0;')],
  ['wav', wavBytes(int16(1, 2, 3))],
  ['mp3', latin1('ID3\x04\0\0\0\0\0\x00\xff\xfb\x90\x64')],
  ['mp3', latin1('\xff\xfb\x90\x64\0\0\0\0')],
  ['aac', latin1('\xff\xf1\x50\x80\x01\x3f\xfc')],
  ['flac', latin1('fLaC\0\0\0\x22')],
  ['flac', latin1('ID3\x04\0\0\0\0\0\x00fLaC\0\0\0\x22')],
  ['ogg', latin1('OggS\0\x02')],
  ['m4a', latin1('\0\0\0\x18ftypM4A \0\0\0\0isom')],
  ['mp4', latin1('\0\0\0\x18ftypisom\0\0\x02\0isomiso2')],
  ['mov', latin1('\0\0\0\x14ftypqt  \0\0\0\0qt  ')],
  ['webm', latin1('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
  ['mkv', latin1('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska')],
  ['npy', latin1("\x93NUMPY\x01\0\x76\0{'descr': '<f4', 'fortran_order': False, 'shape': (80, 402), }\n")],
  ['zip', latin1('PK\x03\x04\x14\0')],
  ['svg', latin1('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">')],
  ['html', latin1('<!DOCTYPE html><html>')],
  ['pdf', latin1('%PDF-1.7')],
  ['poseJson', latin1('{ "format": "mmgt-pose/1", "width": 512, "frames": [[')],
  ['openposeJson', latin1('{"version":1.3,"people":[{"pose_keypoints_2d":[1,2,3')],
  ['workflowJson', latin1('{"schema":1,"id":"a","nodes":{"n1":{"type":"input/image"}}}')],
  ['json', latin1('[1, 2, 3]')],
  ['text', latin1('Dear diary')],
  ['binary', latin1('\x01\x02\x03\x04\x05')],
  ['empty', new Uint8Array(0)],
]

describe('sniff', () => {
  it.each(SAMPLES)('recognises %s', (format, bytes) => {
    expect(sniff(bytes)).toMatchObject({ format, ...FORMATS[format] })
  })

  it('recognises text whose last character is cut in two', () => {
    const text = new TextEncoder().encode('Grüße aus Zürich ü')
    expect(sniff(text.subarray(0, text.length - 1)).format).toBe('text')
  })
})

describe('strangers’ bytes', () => {
  /** Changes bytes of a real header, cuts it, or appends to it. */
  const mutated = fc
    .record({
      sample: fc.constantFrom(...SAMPLES.map(([, bytes]) => bytes)),
      changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
      cut: fc.option(fc.nat(120)),
      tail: fc.uint8Array({ maxLength: 24 }),
    })
    .map(({ sample, changes, cut, tail }) => {
      const bytes = Uint8Array.from([...sample.subarray(0, cut ?? sample.length), ...tail])
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
      return bytes
    })

  it('always give a value or a StudioError, in every parser that reads them from memory (100,000 cases)', () => {
    const parsers = [
      (bytes: Uint8Array) => sniff(bytes),
      (bytes: Uint8Array) => parseWavHeader(bytes, bytes.length),
      (bytes: Uint8Array) => parseWavHeader(bytes, 1e9),
      (bytes: Uint8Array) => readNpyHeader(bytes),
      (bytes: Uint8Array) => readGifComment(bytes),
      (bytes: Uint8Array) => readPngText(bytes),
    ]
    const outcomes = { value: 0, refused: 0 }
    fc.assert(
      fc.property(mutated, (bytes) => {
        for (const parse of parsers) {
          try {
            expect(parse(bytes)).not.toBe(undefined)
            outcomes.value++
          } catch (error) {
            if (!(error instanceof StudioError)) throw error
            outcomes.refused++
          }
        }
      }),
      { numRuns: 100_000, seed: 20_261_122 },
    )
    expect(outcomes.value).toBeGreaterThan(100_000)
    expect(outcomes.refused).toBeGreaterThan(50_000)
  })

  it('a PNG with a workflow survives any change of its bytes as value or StudioError', () => {
    const png = embedWorkflowInPng(SAMPLES[0][1], { schema: 1, nodes: {} })
    expect(JSON.parse(readPngText(png) ?? '')).toEqual({ schema: 1, nodes: {} })
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.nat(255), fc.nat(png.length), (at, value, cut) => {
        const changed = png.slice(0, cut)
        if (at < cut) changed[at] = value
        try {
          readPngText(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(StudioError)
        }
      }),
      { numRuns: 20_000, seed: 7 },
    )
  })

  it('any JSON document is a pose, a workflow or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        try {
          expect(['pose', 'workflow']).toContain(documentKind(document))
        } catch (error) {
          expect((error as StudioError).code).toBe('asset/unreadable')
        }
      }),
    )
  })
})
