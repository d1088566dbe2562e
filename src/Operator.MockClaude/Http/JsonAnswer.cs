using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Operator.MockClaude.Http;

/// <summary>Writes JSON answers from buffers that are kept per thread.</summary>
internal static class JsonAnswer
{
    private const int LargestKept = 1 << 20;

    // Quotation marks and letters of other scripts go out as they are, which is what the API does.
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>The bytes that <paramref name="write"/> writes; valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Compose<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        if (buffer.Capacity > LargestKept) _buffer = buffer = new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        var writer = _writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        writer.Reset(buffer);
        write(writer, state);
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Answers with what <paramref name="write"/> writes.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T state, Action<Utf8JsonWriter, T> write)
    {
        var bytes = Compose(state, write);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes);
        return response.BodyWriter.FlushAsync(http.RequestAborted).AsTask();
    }
}
