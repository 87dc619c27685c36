'use client'
import { SettingRow, SettingsSection } from './settings-section'

export function About({ version, dataFolder }: { version?: string; dataFolder?: string }) {
  return (
    <SettingsSection id="about" title="About">
      <SettingRow label="Version">
        <span className="font-mono">{version ?? '…'}</span>
      </SettingRow>
      <SettingRow label="Licence" docs="Free to use, change and pass on.">
        <a
          href="https://www.apache.org/licenses/LICENSE-2.0"
          rel="noreferrer"
          target="_blank"
          className="rounded-1 underline decoration-line-3 underline-offset-2"
        >
          Apache-2.0
        </a>
      </SettingRow>
      <SettingRow label="Data folder" docs="Everything the studio keeps. Copy it to back it up.">
        <span className="font-mono [overflow-wrap:anywhere]">{dataFolder ?? '…'}</span>
      </SettingRow>
      <SettingRow
        label="Privacy"
        docs="The studio sends nothing anywhere; only the download of a model pack asks its hub. A shared link is read from this machine."
      >
        <span className="text-text-3">Nothing leaves</span>
      </SettingRow>
    </SettingsSection>
  )
}
