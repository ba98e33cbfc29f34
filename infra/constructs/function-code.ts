import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { bundleHandler } from '../bundle-handler.ts'
import { jsonOf, type Reviewed } from '../context/reviewed-file.ts'
import { bundleOf, type Handler, isPackage, root } from '../paths.ts'

/** Only the reviewed files that a handler imports: a change of one then deploys only the functions that read it. */
export interface ReviewedFiles {
  readonly roles?: Reviewed
  readonly sources?: Reviewed
  readonly guards?: Reviewed
}

/** The code of a function: the bundle of its handler and the reviewed files as JSON. Only they decide the hash of the asset. */
export function functionCode(handler: Handler, reviewed: ReviewedFiles): Code {
  const files = Object.fromEntries(
    Object.entries(reviewed).map(([name, file]) => [`${name}.json`, jsonOf(file)]),
  )
  // CDK treats two assets as one if their bundling has the same fields. The handler and the files make them different.
  const local = {
    handler,
    files,
    tryBundle: (folder: string) => {
      const bundle = join(folder, 'index.mjs')
      if (isPackage) copyFileSync(bundleOf(handler), bundle)
      else bundleHandler(handler, bundle)
      for (const [name, json] of Object.entries(files)) writeFileSync(join(folder, name), json)
      return true
    },
  }
  const image = DockerImage.fromRegistry('never-pulled')
  return Code.fromAsset(root, { assetHashType: AssetHashType.OUTPUT, bundling: { image, local } })
}
