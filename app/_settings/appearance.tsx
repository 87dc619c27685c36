'use client'
import { Monitor, Moon, Sun } from 'lucide-react'
import { Segment } from '../_ui/segment'
import { useTheme } from '../_ui/theme'
import { SettingRow, SettingsSection } from './settings-section'

export function Appearance() {
  const [theme, setTheme] = useTheme()
  return (
    <SettingsSection id="appearance" title="Appearance">
      <SettingRow
        label="Theme"
        docs="Pictures are judged on a dark stage in every theme. Kept on this device."
      >
        <Segment
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            { value: 'dark', label: 'Dark', icon: Moon, withLabel: true },
            { value: 'light', label: 'Light', icon: Sun, withLabel: true },
            { value: 'system', label: 'As the system', icon: Monitor, withLabel: true },
          ]}
        />
      </SettingRow>
      <SettingRow
        label="Motion and contrast"
        docs="The studio follows the system: with reduced motion nothing moves by itself, with more contrast lines and hints are stronger."
      >
        <span className="text-text-3">From the system</span>
      </SettingRow>
    </SettingsSection>
  )
}
