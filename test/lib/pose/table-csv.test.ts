import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tableToCsv } from '../../../nodes/lib/pose/table-csv'

it('writes header, numbers, texts and empty fields with CRLF ends', () => {
  const table = {
    columns: ['metric', 'value'],
    rows: [
      { metric: 'a', value: 0.1 },
      { metric: 'says "b", twice', value: null },
      { metric: 'two\nlines', value: -3 },
    ],
  }
  expect(tableToCsv(table)).toBe('metric,value\r\na,0.1\r\n"says ""b"", twice",\r\n"two\nlines",-3\r\n')
})

it('takes the sting out of texts that a spreadsheet would run', () => {
  const rows = ['=1+1', '+cmd', '-2', '@x', '\t=1', '\r=1'].map((v) => ({ v }))
  const lines = tableToCsv({ columns: ['v'], rows })
  expect(lines).toBe("v\r\n'=1+1\r\n'+cmd\r\n'-2\r\n'@x\r\n'\t=1\r\n\"'\r=1\"\r\n")
})

it('can be read back by the rules of RFC 4180, whatever the texts', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 8 }), (pairs) => {
      const rows = pairs.map(([a, b]) => ({ a, b }))
      const back = parse(tableToCsv({ columns: ['a', 'b'], rows })).slice(1)
      const plain = (s: string) => (/^[=+\-@\t\r]/.test(s) ? `'${s}` : s)
      expect(back).toEqual(pairs.map((pair) => pair.map(plain)))
    }),
  )
})

/** A strict reader: fields by commas, records by CRLF, doubled quotes inside quotes. */
function parse(text: string): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let at = 0
  while (at < text.length) {
    let value = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') value += text[at]
        else if (text[at + 1] === '"') value += text[at++]
        else break
      }
      at++
    } else {
      while (text[at] !== ',' && text.slice(at, at + 2) !== '\r\n') value += text[at++]
    }
    fields.push(value)
    if (text[at] === ',') at++
    else {
      at += 2
      records.push(fields)
      fields = []
    }
  }
  return records
}
