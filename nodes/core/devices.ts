/** What networks run on, fastest first, by the names of onnxruntime's execution providers. */
export const DEVICES = ['cuda', 'webgpu', 'cpu'] as const
export type Device = (typeof DEVICES)[number]

/** What a user may choose; `auto` is the fastest that is there. */
export const DEVICE_CHOICES = ['auto', ...DEVICES] as const
export type DeviceChoice = (typeof DEVICE_CHOICES)[number]
