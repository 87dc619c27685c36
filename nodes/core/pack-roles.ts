/** A part of the system that weights are for. The keys are written in every `pack.json`: they stay. */
export const ROLES = {
  smga: { title: 'Gestures (SMGA)', usedBy: ['pose/smga'] },
  wavlm: { title: 'WavLM-Large', usedBy: ['audio/encoder'] },
  wav2vec2: { title: 'wav2vec 2.0 base', usedBy: ['audio/encoder'] },
  'vocal-separator': { title: 'Vocal separator (MDX-Net)', usedBy: ['audio/separate-vocals'] },
  'person-detector': { title: 'Person detector (YOLOX)', usedBy: ['pose/detect'] },
  'keypoint-detector': { title: 'Keypoint detector (DWPose)', usedBy: ['pose/detect'] },
  vae: { title: 'Picture coder (VAE)', usedBy: ['diffusion/mm-haa'] },
  'image-encoder': { title: 'Image encoder (CLIP)', usedBy: ['diffusion/mm-haa'] },
  'reference-unet': { title: 'Reference network', usedBy: ['diffusion/mm-haa'] },
  'denoising-unet': { title: 'Denoising network', usedBy: ['diffusion/mm-haa'] },
  'pose-guider': { title: 'Pose guider', usedBy: ['diffusion/mm-haa'] },
  'audio-projection': { title: 'Audio projection', usedBy: ['diffusion/mm-haa'] },
} as const satisfies Record<string, { title: string; usedBy: readonly string[] }>

export type Role = keyof typeof ROLES

export const ROLE_NAMES = Object.keys(ROLES) as Role[]
