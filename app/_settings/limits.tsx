'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { DEVICE_CHOICES, type DeviceChoice } from '../../nodes/core/devices'
import { sayBytes } from '../_editor/stages/say-bytes'
import { sayFailure } from '../_lib/action-error'
import { useTRPC } from '../_lib/trpc'
import { NumberField } from '../_ui/number-field'
import { Select } from '../_ui/select'
import { SettingRow, SettingsSection } from './settings-section'

const GB = 1e9

const LABELS: Record<DeviceChoice, string> = {
  auto: 'The fastest that is there',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  cpu: 'CPU',
}
const DEVICES = DEVICE_CHOICES.map((value) => ({ value, label: LABELS[value] }))

/** What the studio runs on and how much of it it may take. */
export function Limits() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const info = useQuery(trpc.system.info.queryOptions())
  const settings = useQuery(trpc.system.settings.get.queryOptions())
  const save = useMutation(
    trpc.system.settings.set.mutationOptions({
      onError: sayFailure,
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.system.settings.get.queryKey() }),
    }),
  )
  const limits = { ...settings.data, ...(save.isPending ? save.variables : undefined) }
  return (
    <SettingsSection id="limits" title="Device and memory">
      <SettingRow label="This machine" docs="Where nodes compute.">
        <span className="text-text-2">
          {info.data && `${info.data.cores} cores, ${sayBytes(info.data.memoryBytes)} of memory`}
        </span>
      </SettingRow>
      {limits.device !== undefined && (
        <SettingRow
          label="Networks run on"
          docs="CUDA needs an NVIDIA GPU and its libraries, WebGPU any GPU with a driver. A device that is not there makes a node fail, and it says why."
        >
          <Select
            label="Networks run on"
            value={limits.device}
            onChange={(device) => save.mutate({ device })}
            options={DEVICES}
            className="w-56"
          />
        </SettingRow>
      )}
      {limits.threads !== undefined && (
        <SettingRow
          label="Threads"
          docs="More are faster until the cores run out. Takes effect as soon as nothing runs."
        >
          <NumberField
            label="Threads"
            integer
            min={1}
            max={info.data?.cores ?? 256}
            value={limits.threads}
            onChange={(threads) => save.mutate({ threads })}
            className="w-24"
          />
        </SettingRow>
      )}
      {limits.memoryLimitBytes !== undefined && (
        <SettingRow
          label="Memory"
          docs="A node that takes more is stopped, and says so. The studio and everything that is done stay."
        >
          <NumberField
            label="Memory"
            unit="GB"
            min={0.5}
            max={100_000}
            step={0.5}
            value={Math.round((limits.memoryLimitBytes / GB) * 10) / 10}
            onChange={(value) => save.mutate({ memoryLimitBytes: Math.round(value * GB) })}
            className="w-28"
          />
        </SettingRow>
      )}
      {limits.resultsLimitBytes !== undefined && (
        <SettingRow
          label="Room for results"
          docs="When results take more, those used longest ago are removed. Pinned and shared ones stay."
        >
          <NumberField
            label="Room for results"
            unit="GB"
            min={1}
            max={100_000}
            step={1}
            value={limits.resultsLimitBytes / GB}
            onChange={(value) => save.mutate({ resultsLimitBytes: Math.round(value * GB) })}
            className="w-28"
          />
        </SettingRow>
      )}
    </SettingsSection>
  )
}
