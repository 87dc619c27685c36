'use client'
import { Download } from 'lucide-react'
import { useMissingPack } from '../../_models/missing-parts'
import { Button } from '../../_ui/button'
import { useGetPack } from '../bar/get-pack-store'
import { useEditor } from '../state/editor-context'

/** A node that lacks weights: of which pack, how much, and the way to them. */
export function PackFace({ small }: { small: boolean }) {
  const missing = useMissingPack(useEditor().runs.store)
  if (!missing) return null
  const { pack, size } = missing
  return (
    <div className="size-full overflow-hidden p-3 text-11">
      <p className="truncate font-strong text-12 text-text-1">Needs {pack.name}</p>
      {!small && <p className="mt-0.5 mb-2 text-text-2">{size}, goes on if it is cut off</p>}
      <Button
        kind="primary"
        size="small"
        icon={Download}
        className={small ? 'nodrag mt-1' : 'nodrag'}
        onClick={() => useGetPack.setState({ isAsking: true })}
      >
        Get the pack
      </Button>
    </div>
  )
}
