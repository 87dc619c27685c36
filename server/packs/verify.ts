import { StudioError } from '../../nodes/core/errors'
import type { HashFile } from './hash-file'
import { expectedOf, localFile, noteChecked, type PackStore } from './pack-store'

export type VerifyEvent = { pack: string; file: string } & (
  | { type: 'file.verified'; sha256: string }
  | { type: 'file.wrong'; message: string }
  | { type: 'file.absent' }
)

/** Hashes every file of a pack that is here, whatever was known of it. @returns how many are not what they should be */
export async function verifyPack(
  { store, hash }: { store: PackStore; hash: HashFile },
  pack: string,
  { signal, onEvent }: { signal: AbortSignal; onEvent(event: VerifyEvent): void },
): Promise<number> {
  let wrong = 0
  for (const file of Object.keys(store.get(pack).pack.files)) {
    const local = store.get(pack)
    const say = (message: string) => {
      wrong++
      onEvent({ type: 'file.wrong', pack, file, message })
    }
    try {
      const { state, path, bytes } = localFile(local, file)
      if (state === 'missing' || state === 'partial') {
        onEvent({ type: 'file.absent', pack, file })
        continue
      }
      const expected = expectedOf(local, file)
      if (expected.size !== undefined && expected.size !== bytes) {
        say(`it has ${bytes} bytes, ${expected.size} are right`)
        continue
      }
      const found = await hash(path, { signal })
      noteChecked(local, file, found)
      if (expected.sha256 === undefined || expected.sha256 === found.sha256)
        onEvent({ type: 'file.verified', pack, file, sha256: found.sha256 })
      else say(`its sha256 is ${found.sha256.slice(0, 12)}…, ${expected.sha256.slice(0, 12)}… is right`)
    } catch (error) {
      if (!(error instanceof StudioError) || !error.code.startsWith('pack/')) throw error
      say(error.message)
    }
  }
  return wrong
}
