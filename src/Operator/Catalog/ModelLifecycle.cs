using System.Globalization;

namespace Operator.Catalog;

/// <summary>Dates of a model's life; a date begins at midnight UTC.</summary>
public sealed record ModelLifecycle
{
    /// <summary>How long before its retirement a model counts as retiring soon: the notice that the provider promises.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromDays(60);

    /// <summary>When it was released; null where that is not known.</summary>
    public DateOnly? Released { get; init; }

    /// <summary>Whether the provider's pages count it among the older ones.</summary>
    public bool Legacy { get; init; }

    /// <summary>When its retirement was announced; null where it was not.</summary>
    public DateOnly? Deprecated { get; init; }

    /// <summary>The announced retirement: requests fail from that day on. Null where none is announced.</summary>
    public DateOnly? Retires { get; init; }

    /// <summary>The earliest retirement that the provider promised; not an announcement.</summary>
    public DateOnly? NotBefore { get; init; }

    /// <summary>Whether it is retired, by the provider's own word, which wins over the dates: a retirement may be overdue. Null where nobody said.</summary>
    public bool? IsGone { get; init; }

    /// <summary>The model that the provider recommends instead; null where it names none.</summary>
    public string? Replacement { get; init; }

    /// <summary>What the dates mean at a moment.</summary>
    public ModelStanding At(DateTimeOffset now)
    {
        if (IsGone == true) return new(ModelState.Retired, Retires, Replacement);
        if (Retires is { } date)
        {
            var retirement = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
            if (now >= retirement && IsGone is null) return new(ModelState.Retired, date, Replacement);
            if (now >= retirement - Notice) return new(ModelState.RetiresSoon, date, Replacement);
            return new(ModelState.Legacy, date, Replacement);
        }
        return new(Legacy || Deprecated is not null ? ModelState.Legacy : ModelState.Active, null, Replacement);
    }
}

/// <summary>Where a model stands in its life.</summary>
public enum ModelState
{
    /// <summary>Current.</summary>
    Active,

    /// <summary>Served, with a newer one to move to; no retirement within the notice.</summary>
    Legacy,

    /// <summary>Its retirement is at most <see cref="ModelLifecycle.Notice"/> away.</summary>
    RetiresSoon,

    /// <summary>Requests fail.</summary>
    Retired,
}

/// <summary>Where a model stands at a moment.</summary>
/// <param name="State">The state.</param>
/// <param name="Retires">The announced retirement; null where none is.</param>
/// <param name="Replacement">The model that is recommended instead; null where none is.</param>
public sealed record ModelStanding(ModelState State, DateOnly? Retires, string? Replacement)
{
    /// <summary>Whether requests to the model still succeed.</summary>
    public bool IsServed => State != ModelState.Retired;

    /// <summary>The standing in a sentence about the model of that id.</summary>
    public string Describe(string model)
    {
        var instead = Replacement is null ? "" : $"; use {Replacement} instead";
        var date = Retires?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return State switch
        {
            ModelState.Retired => $"{model} was retired{(date is null ? "" : " on " + date)}{instead}",
            ModelState.RetiresSoon => $"{model} retires on {date}{instead}",
            ModelState.Legacy when date is not null => $"{model} is served until {date}{instead}",
            ModelState.Legacy => $"{model} is served, but not among the provider's current models{instead}",
            _ => $"{model} is current",
        };
    }
}
