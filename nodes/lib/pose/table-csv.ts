import type { TableValue } from '../../core/values'

/**
 * A table as CSV (RFC 4180): CRLF line ends, a header row, fields with commas, quotes or line breaks in quotes, null
 * as an empty field, numbers with a point and full precision.
 *
 * A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return) gets an
 * apostrophe in front. Numbers are never changed.
 */
export function tableToCsv({ columns, rows }: TableValue): string {
  const lines = [
    columns.map(field),
    ...rows.map((row) => columns.map((column) => field(row[column] ?? null))),
  ]
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('')
}

function field(value: number | string | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
