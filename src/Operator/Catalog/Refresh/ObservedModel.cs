namespace Operator.Catalog.Refresh;

/// <summary>A model as the provider's Models API tells it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Line">Its line, such as <c>sonnet</c>; null where the API tells none.</param>
/// <param name="Released">The day of its release; null where that is not told.</param>
/// <param name="Deprecated">The day its deprecation began; null where that is not told.</param>
/// <param name="Retires">The announced retirement, which may be revised; null where none is announced.</param>
/// <param name="IsGone">Whether it is retired: the API's own word, whatever the dates say. Null for a word that is not known.</param>
/// <param name="MaxOutputTokens">The most output tokens of one answer; null where that is not told.</param>
/// <param name="Efforts">Levels of effort that it supports; null where that is not told.</param>
internal sealed record ObservedModel(
    string Id, string? Line, DateOnly? Released, DateOnly? Deprecated, DateOnly? Retires, bool? IsGone, int? MaxOutputTokens, IReadOnlyList<string>? Efforts);
