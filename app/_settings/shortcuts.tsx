'use client'
import { ShortcutTable } from '../_editor/palette/shortcut-table'
import { resetKeys, useKeymap } from '../_editor/state/keymap'
import { Button } from '../_ui/button'
import { SettingsSection } from './settings-section'

/** The keys of the editor; the same list opens there with `?`. */
export function Shortcuts() {
  const { all } = useKeymap()
  return (
    <SettingsSection
      id="shortcuts"
      title="Shortcuts"
      intro="Choose the keys of an action, then press new ones. Escape leaves them as they are. Kept on this device."
    >
      <ShortcutTable />
      <Button
        className="justify-self-start"
        disabled={!all.some(({ changed }) => changed)}
        onClick={() => resetKeys()}
      >
        Reset all
      </Button>
    </SettingsSection>
  )
}
