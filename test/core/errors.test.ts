import { describe, expect, it } from 'vitest'
import { refusedWrite } from '../../nodes/core/errors'
import { writeError } from '../../server/storage/files'

const system = (code: string) => Object.assign(new Error(`${code}: no`), { code })

describe('a write that failed', () => {
  it('says when the disk is full, and when another folder would mend it', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      expect(refusedWrite(system(code), 'a.mp4')).toMatchObject({
        code: 'storage/full',
        message: expect.stringContaining('a.mp4'),
      })
    }
    for (const code of ['EACCES', 'EROFS', 'ENOTDIR']) {
      const error = refusedWrite(system(code), 'a.mp4')
      expect(error).toMatchObject({
        code: 'storage/unwritable',
        message: `a.mp4 cannot be written (${code}).`,
      })
    }
  })

  it('leaves other failures to whoever knows what they mean', () => {
    for (const other of [new Error('else'), system('EIO'), null, 'text', { code: 5 }])
      expect(refusedWrite(other, 'a.mp4')).toBe(undefined)
  })

  it('on the way to the store is always one sentence, and one that is a sentence already stays', () => {
    expect(writeError(system('EIO'), 'a.mp4').message).toBe('a.mp4 cannot be written: EIO: no.')
    const said = writeError(system('ENOSPC'), 'a.mp4')
    expect(writeError(said, 'b.mp4')).toBe(said)
  })
})
