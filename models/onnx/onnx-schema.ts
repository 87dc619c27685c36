import protobuf from 'protobufjs/light.js'

/**
 * The messages of ONNX that we write, and those in which a model that we are given may hide something (`inspectModel`),
 * with the field numbers of onnx.proto3 (ONNX 1.12, IR version 8). Fields that are not listed are skipped when a model
 * is read.
 */
const field = (type: string, id: number) => ({ type, id })
const list = (type: string, id: number) => ({ rule: 'repeated', type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        graph: field('GraphProto', 7),
        opsetImport: list('OperatorSetIdProto', 8),
        functions: list('FunctionProto', 25),
      },
    },
    FunctionProto: { fields: { name: field('string', 1) } },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: list('NodeProto', 1),
        name: field('string', 2),
        initializer: list('TensorProto', 5),
        input: list('ValueInfoProto', 11),
        output: list('ValueInfoProto', 12),
        valueInfo: list('ValueInfoProto', 13),
        sparseInitializer: list('SparseTensorProto', 15),
      },
    },
    NodeProto: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: list('AttributeProto', 5),
        domain: field('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        s: field('bytes', 4),
        t: field('TensorProto', 5),
        g: field('GraphProto', 6),
        floats: list('float', 7),
        ints: list('int64', 8),
        tensors: list('TensorProto', 10),
        graphs: list('GraphProto', 11),
        type: field('int32', 20),
        sparseTensor: field('SparseTensorProto', 22),
        sparseTensors: list('SparseTensorProto', 23),
      },
    },
    TensorProto: {
      fields: {
        dims: list('int64', 1),
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
        externalData: list('StringStringEntryProto', 13),
        dataLocation: field('int32', 14),
      },
    },
    SparseTensorProto: { fields: { values: field('TensorProto', 1), indices: field('TensorProto', 2) } },
    StringStringEntryProto: { fields: { key: field('string', 1), value: field('string', 2) } },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TensorTypeProto', 1) } },
    // Nested in TypeProto and TensorShapeProto in the original, which does not show in the bytes.
    TensorTypeProto: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: list('DimensionProto', 1) } },
    DimensionProto: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
  },
})

root.resolveAll()

export const ModelProto = root.lookupType('ModelProto')

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const
/** TensorProto.DataLocation.EXTERNAL */
export const EXTERNAL = 1
