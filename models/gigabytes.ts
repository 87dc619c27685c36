/** `9.00 GB`: decimal, as disks and memory are sold. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`
