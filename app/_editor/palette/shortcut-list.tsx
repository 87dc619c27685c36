'use client'
import { Button } from '../../_ui/button'
import { Dialog } from '../../_ui/dialog'
import { resetKeys, useKeymap } from '../state/keymap'
import { closePalettes, usePalettes } from './palettes'
import { ShortcutTable } from './shortcut-table'

/** All shortcuts, in a dialog of the editor; the settings show the same. */
export function ShortcutList() {
  const open = usePalettes((state) => state.open === 'shortcuts')
  const { all } = useKeymap()
  if (!open) return null
  return (
    <Dialog
      open
      width={640}
      onOpenChange={(next) => !next && closePalettes()}
      title="Shortcuts"
      description="Choose the keys of an action, then press new ones. They are kept on this device."
      footer={
        <Button onClick={() => resetKeys()} disabled={!all.some(({ changed }) => changed)}>
          Reset all
        </Button>
      }
    >
      <ShortcutTable />
    </Dialog>
  )
}
