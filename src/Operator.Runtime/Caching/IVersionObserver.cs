namespace Operator.Runtime.Caching;

/// <summary>Is told which versions an informer has seen. Calls are quick, come in order, and precede those of the handlers.</summary>
internal interface IVersionObserver
{
    /// <summary>An object was seen at a version; null when it was seen gone.</summary>
    void Observed(ObjectKey key, string? version);

    /// <summary>A list begins: it will contain every write that was answered before this call.</summary>
    void ListStarted();

    /// <summary>The list that was last begun is complete and stored.</summary>
    void Listed();
}
