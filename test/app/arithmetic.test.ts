import { describe, expect, it } from 'vitest'
import { evaluateArithmetic } from '../../app/_ui/arithmetic'

const value = (text: string, unit?: string) => {
  const result = evaluateArithmetic(text, unit)
  return result.ok ? result.value : result.message
}

describe('a number field', () => {
  it('takes numbers as people type them', () => {
    expect(['42', ' -3 ', '.5', '1,5', '2e3', '+7'].map((text) => value(text))).toEqual([
      42, -3, 0.5, 1.5, 2000, 7,
    ])
  })

  it('takes sums, products first', () => {
    expect(value('25*1.5')).toBe(37.5)
    expect(value('1 + 2 * 3 - 4 / 2')).toBe(5)
    expect(value('(1+2)*-3')).toBe(-9)
    expect(value('0.1+0.2')).toBe(0.3)
    expect(value('12 ÷ 4 × 2')).toBe(6)
  })

  it('ignores the unit of its own field', () => {
    expect(value('3.2 s', 's')).toBe(3.2)
    expect(value('80F', 'f')).toBe(80)
  })

  it('says what it could not read, and never runs code', () => {
    for (const text of ['two', '1+', '(1', '1 2', '2**3', 'alert(1)', '1;2', '--'])
      expect(value(text)).toBe(`“${text}” is not a number or a sum.`)
    expect(value('')).toBe('Type a number.')
    expect(value('1/0')).toBe('“1/0” has no finite result.')
  })

  it('refuses deeply nested brackets instead of overflowing', () => {
    expect(evaluateArithmetic(`${'('.repeat(100_000)}1${')'.repeat(100_000)}`).ok).toBe(false)
  })
})
