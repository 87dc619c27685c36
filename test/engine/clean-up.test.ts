import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { cleanUp } from '../../server/storage/clean-up'
import { openDataFolder } from '../../server/storage/data-folder'
import { tempFolder } from '../support/engine'

it('a clean-up of everything leaves what a share link shows', async () => {
  const data = openDataFolder(tempFolder())
  const shown = await data.blobs.write(Buffer.from('a video that somebody has the link to'))
  const other = await data.blobs.write(Buffer.from('a video that nobody has a link to'))
  writeFileSync(path.join(data.pins, 'token.json'), JSON.stringify([shown.sha256]))
  await cleanUp(data, 0, { now: Date.now() + 3_600_000 })
  expect([data.blobs.has(shown.sha256), data.blobs.has(other.sha256)]).toEqual([true, false])
})
