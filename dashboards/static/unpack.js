// Tables out of the text that data.py packed: each column a run of whole numbers.
"use strict";

const ARRAYS = {i1: Int8Array, i2: Int16Array, i4: Int32Array, f8: Float64Array};
const NULLS = {i1: -128, i2: -32768, i4: -2147483648};

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const body = 8 + Math.ceil(length / 8) * 8;
  return Object.fromEntries(Object.entries(about).map(([name, table]) => [name, readTable(table, buffer, body)]));
}

function readTable(table, buffer, body) {
  const columns = {};
  for (const column of table.columns) {
    const numbers = new ARRAYS[column.kind](buffer, body + column.at, table.rows);
    columns[column.name] = {...column, numbers};
  }
  return {length: table.rows, columns};
}

// The cell's text or number; null where there is none.
function cell(table, name, row) {
  const column = table.columns[name];
  const number = column.numbers[row];
  if (number === NULLS[column.kind] || Number.isNaN(number)) return null;
  return column.words ? column.words[number] : number / column.scale;
}

function record(table, row) {
  return Object.fromEntries(Object.keys(table.columns).map((name) => [name, cell(table, name, row)]));
}

function records(table) {
  return Array.from({length: table.length}, (_, row) => record(table, row));
}
