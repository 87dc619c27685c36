/** @type {import('next').NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // The server in front (`server/index.ts`) compresses and sets every security header.
  compress: false,
  serverExternalPackages: ['sharp', 'node-av', 'onnxruntime-node', '@libsql/client', 'libsql'],
  // Types are checked by `npm run check`. Next rewrites the file it is given, so it gets one of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'app/tsconfig.json' },
}
